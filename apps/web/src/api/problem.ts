/** An answer that is none: what the server refused (RFC 9457), or status 0 where it could not be reached. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    /** The parameter at fault; empty where none is named. */
    readonly field = '',
  ) {
    super(detail);
  }

  /** The server, or the database behind it, is away: the same question may be answered in a moment. */
  get isAway(): boolean {
    return this.status === 0 || this.status >= 500;
  }
}

export async function problemOf(response: Response): Promise<Problem> {
  try {
    const { code, detail, title, field } = (await response.json()) as Readonly<Record<string, unknown>>;
    return new Problem(response.status, textOf(code), textOf(detail) || textOf(title), textOf(field));
  } catch {
    return new Problem(response.status, 'unknown', `The server answered ${response.status} ${response.statusText}.`);
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
