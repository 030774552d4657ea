/** What an export asks for at once: no client's limit on messages holds it down, and one part is held at a time. */
export const EXPORT_PAGE = { limit: 10_000, maxBytes: 4 * 1024 * 1024 } as const;

/** Some of the records of an export, in order. */
export interface ExportPart {
  /** A serialized `query.LogList`. */
  readonly list: Buffer;
  /** The page token of what follows these records; empty at the end. */
  readonly next: string;
}
