import { attemptsTold } from './attempts.js';
import { failureKind, type FailureKind } from './failure-kind.js';
import { ComparableText, isBareWrapper } from './wrapped-text.js';

/** What an error's text and attributes say. */
export interface Judgement {
  readonly kind: FailureKind;
  /** Says only that something failed. */
  readonly bare: boolean;
  /** Attempts that it speaks of; 0 where it speaks of none. */
  readonly attempts: number;
  readonly like: ComparableText;
}

const REMEMBERED = 10_000;

/** Judges the texts of one trace's errors; an exception is logged by many spans and judged once. */
export class JudgedTexts {
  private readonly known = new Map<string, Judgement>();

  /** @param text As `tellingText` gives it. */
  judge(text: string, fatal: boolean, attributes: string): Judgement {
    const key = `${fatal ? 'F' : 'E'}${attributes}\n${text}`;
    let judgement = this.known.get(key);
    if (judgement === undefined) {
      const kind = failureKind(text, fatal, attributes);
      const bare = kind !== 'own' && kind !== 'crash' && (text === '' || isBareWrapper(text));
      judgement = { kind, bare, attempts: attemptsTold(text, attributes), like: new ComparableText(text) };
      if (this.known.size < REMEMBERED) this.known.set(key, judgement);
    }
    return judgement;
  }
}
