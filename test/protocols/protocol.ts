import type { AppProcess } from '../support/app-process.js';
import type { ContractClient } from '../support/contract-client.js';
import type { StoredRecord } from './stored-record.js';
import type { TrickyRecord } from './tricky-records.js';

/** Where records are sent to. */
export interface Destination {
  readonly app: AppProcess;
  /** Of the app's gRPC port, as the tenant. */
  readonly client: ContractClient;
  /** Of its port for OTLP/gRPC, as the tenant. */
  readonly otlp: ContractClient;
  /** Ten characters. */
  readonly tenant: string;
}

/** One protocol in the table: how it sends, and what it can not help. */
export interface Protocol {
  readonly name: string;
  /**
   * Sends records in one request. @returns whether all of them were taken; false where any was refused as bad input
   * @throws Error where the answer is another
   */
  readonly send: (records: readonly TrickyRecord[], to: Destination) => Promise<boolean>;
  /** Why the protocol has to refuse a record that others keep; null where it keeps it. */
  readonly refuses?: (record: TrickyRecord) => string | null;
  /** Why the protocol keeps a record that others refuse as too large; null where it refuses it too. */
  readonly keeps?: (record: TrickyRecord) => string | null;
  /** What is stored where the protocol can't carry the record as it is. Given what is stored otherwise. */
  readonly carries?: (stored: StoredRecord, record: TrickyRecord) => StoredRecord;
}

/** Posts to the app's HTTP port as the tenant. */
export function post(
  { app, tenant }: Destination,
  path: string,
  body: Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(`http://${app.http}${path}`, {
    method: 'POST',
    headers: { 'tenant-id': tenant, ...headers },
    body: new Uint8Array(body),
  });
}

/** @returns true for a success, false for 400. @throws Error for every other answer */
export async function isTaken(response: Response): Promise<boolean> {
  const text = await response.text();
  if (!response.ok && response.status !== 400) throw new Error(`answered ${response.status}: ${text}`);
  return response.ok;
}
