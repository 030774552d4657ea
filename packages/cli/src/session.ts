import type { Command } from 'commander';
import { Connection } from './connection.js';
import type { ExitCode } from './failure.js';
import { Output } from './output.js';

/** The options that every command takes. */
export interface GlobalOptions {
  readonly address: string;
  readonly tenant: string;
  readonly timeout: number;
  readonly json?: boolean;
  readonly color: boolean;
}

/** What a command works with. */
export interface Session {
  readonly connection: Connection;
  readonly output: Output;
  /** True: protobuf-JSON, one object a line, in place of text for people. */
  readonly json: boolean;
}

/** Runs a command's work with a connection that is closed afterwards, and keeps its exit code for the end. */
export async function withSession(command: Command, work: (session: Session) => Promise<ExitCode>): Promise<void> {
  const { address, tenant, timeout, json = false, color } = command.optsWithGlobals<GlobalOptions>();
  const connection = new Connection({ address, tenant, timeoutMs: timeout * 1000 });
  try {
    process.exitCode = await work({ connection, output: new Output(process.stdout, process.stderr, color), json });
  } finally {
    connection.close();
  }
}

/** Of a message all fields empty: what a request starts from. @param codec such as `GetLogsRequest` */
export function emptyOf<T>(codec: { decode(bytes: Uint8Array): T }): T {
  return codec.decode(new Uint8Array(0));
}
