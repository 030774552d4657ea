import type { LogSlice } from '#domain';

/** Names of the headers on `logs.raw`; frozen, other consumers read them (contract 5). */
export const HEADER = {
  contentType: 'content-type',
  format: 'format',
  tenant: 'tenant',
  receivedAt: 'received-at',
  batchKey: 'batch-key',
  digest: 'digest',
  slice: 'slice',
  slices: 'slices',
} as const;

export const CONTENT_TYPE = 'application/x-protobuf';
/** The only format so far: the value is one serialized `logs.LogBatch`. */
export const FORMAT = '1';

/** Bytes that headers, key and framing of one message take at most, beside its value; a generous bound. */
export const MESSAGE_OVERHEAD_BYTES = 2_048;

/** The headers of a slice's message. */
export function sliceHeaders(slice: LogSlice): Record<string, string> {
  const headers: Record<string, string> = {
    [HEADER.contentType]: CONTENT_TYPE,
    [HEADER.format]: FORMAT,
    [HEADER.tenant]: slice.tenant,
    [HEADER.receivedAt]: String(slice.receivedAt),
  };
  const key = slice.retryKey;
  if (key) {
    headers[HEADER.batchKey] = key.batchKey;
    headers[HEADER.digest] = key.digest;
    headers[HEADER.slice] = String(key.slice);
    headers[HEADER.slices] = String(key.sliceCount);
  }
  return headers;
}
