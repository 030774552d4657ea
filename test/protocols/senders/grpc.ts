import { LogBatchAck, LogLevel } from '#proto';
import { field, numberField } from '../../support/wire.js';
import type { Protocol } from '../protocol.js';
import { bytesOf, hasBytes, hasHalfPair, hasNul, jsonBytes } from '../stored-record.js';
import type { TrickyRecord } from '../tricky-records.js';

const LEVELS = {
  trace: LogLevel.TRACE,
  debug: LogLevel.DEBUG,
  info: LogLevel.LOG_LEVEL_INFO,
  warn: LogLevel.WARN,
  error: LogLevel.ERROR,
  fatal: LogLevel.FATAL,
} as const;

/** `logs.Log`, by hand: a generated encoder would not write bytes that are no UTF-8. */
function logOf(record: TrickyRecord): Buffer {
  const { traceId, parentId, spanId, service, message, level, timestamp, attributes, name } = record;
  const texts = [traceId, parentId, spanId, service, message].map((text, i) => field(i + 1, bytesOf(text ?? '')));
  const rest = [field(7, Buffer.from(timestamp)), field(10, jsonBytes({ ...attributes, case: name }))];
  return Buffer.concat([...texts, numberField(6, LEVELS[level ?? 'info']), ...rest]);
}

/** The contract's own service. */
export const GRPC: Protocol = {
  name: 'gRPC SendLogs',
  send: async (records, { client }) => {
    const batch = Buffer.concat(records.map((record) => field(1, logOf(record))));
    const ack = LogBatchAck.decode(await client.raw('/logs.LogIngestionService/SendLogs', batch));
    return ack.status === 'ok';
  },
  refuses: (record) =>
    record.traceId === undefined || record.spanId === undefined || record.service === undefined
      ? 'trace, span and service are required'
      : hasBytes(record) || hasNul(record)
        ? 'the sender can act on a refusal of text that can not be stored'
        : null,
  carries: (stored, record) => {
    if (!hasHalfPair(record)) return stored;
    // Protobuf has no escapes: the sender itself writes U+FFFD.
    const { 'rootspan.sanitized': _, ...attributes } = stored.attributes;
    return { ...stored, attributes };
  },
};
