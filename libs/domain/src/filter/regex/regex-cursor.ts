/** The place in a source that is read. */
export interface RegexCursor {
  readonly source: string;
  at: number;
  readonly ignoreCase: boolean;
}

/** Ends the reading; never leaves this folder. */
export class RegexFault extends Error {
  constructor(
    /** Index in the source. */
    readonly at: number,
    reason: string,
  ) {
    super(reason);
  }
}
