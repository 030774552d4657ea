/** The program of the tails' own process: opens streams of live logs and counts what they bring. */
import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { QueryServiceService as query, TailLogsRequest, type TailLogsResponse } from '#proto';

export type TailCommand =
  { readonly kind: 'open'; readonly address: string; readonly queries: readonly string[] } | { readonly kind: 'close' };

/** What all streams together have brought since they were opened. */
export interface TailCounts {
  readonly open: number;
  readonly logs: number;
  readonly missed: number;
}

const counts = { open: 0, logs: 0, missed: 0 };
let close: () => void = () => undefined;

async function open(address: string, queries: readonly string[]): Promise<void> {
  Object.assign(counts, { open: 0, logs: 0, missed: 0 });
  const client = new Client(address, credentials.createInsecure());
  const { path, requestSerialize, responseDeserialize } = query.tailLogs;
  const streams = queries.map((text) => {
    const request = { ...TailLogsRequest.decode(new Uint8Array(0)), query: text };
    return client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, request, new Metadata());
  });
  close = () => {
    for (const stream of streams) stream.cancel();
    client.close();
  };
  const caughtUp = streams.map(async (stream) => {
    await new Promise<void>((resolve, reject) => {
      stream.on('error', reject);
      stream.on('data', ({ logs, missed, caughtUp }: TailLogsResponse) => {
        counts.logs += logs.length;
        counts.missed += missed?.count ?? 0;
        if (!caughtUp) return;
        counts.open++;
        resolve();
      });
    });
  });
  await Promise.all(caughtUp);
}

process.on('message', (command: TailCommand) => {
  const work = async (): Promise<void> => {
    if (command.kind === 'open') await open(command.address, command.queries);
    else close();
    process.send?.(counts);
  };
  work().catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  });
});
process.on('disconnect', () => process.exit());
