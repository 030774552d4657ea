import { attributesOf } from './record-attributes.js';

const OF = /\b(?:attempt|try|retry)\W{0,3}(?:no\.? ?|number )?(\d{1,4})(?:\s*(?:of|\/)\s*(\d{1,4}))?/;
const AFTER = /\b(\d{1,4})\s*(?:failed )?(?:attempts|retries|tries|times)\b/;
const WORDS = /\battempt|\bretr(?:y|ies|ied|ying)\b|\btries\b/;

/** The number of attempts that a text (lower case) or its record's attributes speak of; 0 where they speak of none. */
export function attemptsTold(text: string, attributes: string): number {
  if (attributes !== '') {
    const told = Number(
      attributesOf(attributes).text('attempt', 'retry.attempt', 'retry_count', 'http.request.resend_count', 'attempts'),
    );
    if (Number.isInteger(told) && told > 0 && told < 10_000) return told;
  }
  const found = OF.exec(text)?.[1] ?? AFTER.exec(text)?.[1];
  return found === undefined ? 0 : Number(found);
}

export function speaksOfAttempts(text: string): boolean {
  return WORDS.test(text);
}
