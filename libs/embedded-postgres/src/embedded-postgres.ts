import { findDataPlace } from './data-place.js';
import { openServer, type ServerState } from './server.js';

export interface EmbeddedPostgresOptions {
  /** Folder for the database, made where it is missing; a relative path counts from the working folder. */
  readonly dataDir: string;
  /** Databases that are created where they are missing. */
  readonly databases: readonly string[];
  /** Called with a few words at the beginning of each phase of the start. */
  readonly onProgress?: (phase: string) => void;
  /** Called when the server went away by itself, when it is back, and when it was stopped. */
  readonly onStateChange?: (state: ServerState) => void;
  /** PostgreSQL settings, added to our own or in their place; the port is not one of them. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A PostgreSQL server of our own, which only this machine can reach and only with the password in its URLs. */
export interface EmbeddedPostgres {
  /** postgres://... of one database; the same for the server's whole life. */
  url(database: string): string;
  readonly port: number;
  /** Where the data really is; differs from what was asked for where the database's user can't reach that. */
  readonly dataDir: string;
  /** 'restarting' while the server is away; it comes back by itself. */
  state(): ServerState;
  /** Process id of the server; null while none runs. */
  pid(): number | null;
  /** Ends the server, resolves when it is gone, and gives the folder free. Calling it again is the same call. */
  stop(): Promise<void>;
}

/**
 * Starts the embedded PostgreSQL on the data folder, which this process then owns until `stop`.
 *
 * The server runs in a session of its own, so that a Ctrl-C reaches us and not it. If we die without stopping it, a
 * watchdog stops it, and the next start clears up whatever is left. If it dies, it is started again on the same port.
 *
 * @throws DataFolderInUseError where another live process owns the folder
 * @throws EmbeddedPostgresError where it can't run here; the message names the fix. Nothing is left running.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { dataDir, databases, onProgress = () => undefined, onStateChange = () => undefined, settings = {} } = options;
  const place = findDataPlace(dataDir);
  if (place.moved) onProgress(place.moved);
  const server = await openServer({ place, databases, settings, throwaway: false, onProgress, onStateChange });
  return {
    url: (database) => server.url(database),
    port: server.port,
    dataDir: place.folder,
    state: () => server.state(),
    pid: () => server.pid(),
    stop: () => server.stop(),
  };
}
