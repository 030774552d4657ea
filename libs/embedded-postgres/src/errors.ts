/** What kept the embedded PostgreSQL from running; each one's message names the fix. */
export type EmbeddedPostgresErrorCode =
  | 'no-package'
  | 'not-runnable'
  | 'no-database-user'
  | 'folder-not-usable'
  | 'disk-full'
  | 'other-version'
  | 'in-use'
  | 'init-failed'
  | 'start-failed';

/** The embedded PostgreSQL can't be had; `message` is for the person who started us and says what to do. */
export class EmbeddedPostgresError extends Error {
  override readonly name: string = 'EmbeddedPostgresError';
  /** The same as `message`: a program that can't start prints it as its one sentence. */
  readonly userMessage: string;

  constructor(
    readonly code: EmbeddedPostgresErrorCode,
    message: string,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options);
    this.userMessage = message;
  }
}

/** Another live process owns the data folder. */
export class DataFolderInUseError extends EmbeddedPostgresError {
  override readonly name = 'DataFolderInUseError';

  /**
   * @param folder the data folder, absolute
   * @param pid the owner's process id, as its own process-id namespace counts
   */
  constructor(
    readonly folder: string,
    readonly pid: number,
    elsewhere = '',
  ) {
    super(
      'in-use',
      `The data folder ${folder} is in use by the Rootspan process ${pid}${elsewhere}: stop that one, or set ROOTSPAN_DATA_DIR to another folder.`,
    );
  }
}

/** The way out that is open on every machine. */
export const useOwnServer = 'set LOG_INGESTION_DATABASE and DAG_DATABASE to the URLs of a PostgreSQL 14+ server instead';

/** `code` of a Node system error ('EACCES', ...), null for anything else. */
export function systemErrorCode(error: unknown): string | null {
  const code = property(error, 'code');
  return typeof code === 'string' ? code : null;
}

export function messageOf(error: unknown): string {
  const message = property(error, 'message');
  return typeof message === 'string' ? message : String(error);
}

/** Asks for the property, not for `instanceof Error`: Node's own errors are of another realm where code runs in a vm. */
function property(value: unknown, name: 'code' | 'message'): unknown {
  return typeof value === 'object' && value !== null && name in value ? (value as Record<string, unknown>)[name] : undefined;
}

export function diskFull(folder: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'disk-full',
    `The disk of ${folder} is full (a database needs 256 MB to begin with, and room for its log of changes to recover): make room, or set ROOTSPAN_DATA_DIR to a folder on another disk.`,
  );
}

/** What went wrong with the files of the data folder, said with its fix; anything else as it is. */
export function asEmbeddedPostgresError(error: unknown, folder: string): unknown {
  const code = systemErrorCode(error);
  if (code === 'ENOSPC') return diskFull(folder);
  if (error instanceof EmbeddedPostgresError || !['EACCES', 'EPERM', 'EROFS', 'ENOTSUP'].includes(code ?? '')) return error;
  return new EmbeddedPostgresError(
    'folder-not-usable',
    `The data folder ${folder} can't be used (${messageOf(error)}): start Rootspan as the folder's owner, or set ROOTSPAN_DATA_DIR to a folder of your own on a local disk.`,
    { cause: error },
  );
}
