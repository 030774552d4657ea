const NUMBER = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d{1,4}))?$/;
const MAX_LENGTH = 64;
const MAX_EXPONENT = 1000;

/** Whether a text of a filter is compared with numbers: a number as JSON writes it, of a size that every store can hold. */
export function isComparableNumber(text: string): boolean {
  if (text.length > MAX_LENGTH) return false;
  const match = NUMBER.exec(text);
  return match !== null && Math.abs(Number(match[4] ?? 0)) <= MAX_EXPONENT;
}

/**
 * The number in one way of writing, so that equal numbers are equal texts, exact for any count of digits: `5.00e2`, `500` and
 * `500.0` are `5e2`.
 *
 * @param literal a number as JSON writes it
 */
export function canonicalNumber(literal: string): string {
  const match = NUMBER.exec(literal);
  if (match === null) return literal;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const digits = withoutEnding(`${whole}${fraction}`);
  const significant = digits.slice(leadingZeros(digits));
  if (significant === '') return '0';
  const scale = Number(exponent) - fraction.length + (whole.length + fraction.length - digits.length);
  return `${sign}${significant}e${scale}`;
}

/** Without its zeros at the end; loops, since an expression would try every zero of a long run. */
function withoutEnding(digits: string): string {
  let end = digits.length;
  while (digits[end - 1] === '0') end--;
  return digits.slice(0, end);
}

function leadingZeros(digits: string): number {
  let at = 0;
  while (digits[at] === '0') at++;
  return at;
}
