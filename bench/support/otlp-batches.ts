import { parseTimestampText } from '#domain';
import { ExportLogsServiceRequest, LogBatch, SeverityNumber, type AnyValue, type KeyValue, type Log } from '#proto';
import { LoadBatches, type LoadShape } from './load-batches.js';
import type { BatchSource } from './load.js';

/** Where the parts of a request are that differ from round to round. */
interface Template {
  readonly bytes: Buffer;
  readonly traceIds: readonly number[];
  readonly times: readonly { readonly at: number; readonly nanosOfSecond: bigint }[];
}

const ROUND_BYTES = 4;
/** Any time whose nanoseconds fill their eight bytes, so that they are found among others. */
const ENCODED_AT = 1_700_000_000_000;
const SEVERITIES = [
  SeverityNumber.SEVERITY_NUMBER_INFO,
  SeverityNumber.SEVERITY_NUMBER_DEBUG,
  SeverityNumber.SEVERITY_NUMBER_WARN,
];
const NO_BYTES = Buffer.alloc(0);

/**
 * The records of LoadBatches as an SDK or a collector sends them by OTLP: ExportLogsServiceRequests with one resource a
 * service, encoded once; each round writes other trace ids and the present time into a copy.
 */
export class OtlpBatches implements BatchSource {
  /** Of each request's bytes, whoever sends them. */
  readonly hasRetryKeys = true;
  private readonly templates: readonly Template[];
  private readonly batchSize: number;

  constructor(shape: LoadShape) {
    const batches = new LoadBatches(shape);
    const count = Math.max(1, Math.floor(shape.templateRecords / shape.batchSize));
    this.batchSize = shape.batchSize;
    this.templates = Array.from({ length: count }, (_, i) => templateOf(LogBatch.decode(batches.batch(i, ENCODED_AT)).logs));
  }

  get recordBytes(): number {
    const bytes = this.templates.reduce((sum, template) => sum + template.bytes.length, 0);
    return bytes / (this.templates.length * this.batchSize);
  }

  /** Request `number`, counted from 0: a serialized ExportLogsServiceRequest of the caller's own. */
  batch(number: number, nowMs = Date.now()): Buffer {
    const template = this.templates[number % this.templates.length];
    if (template === undefined) throw new RangeError('there are no templates');
    const bytes = Buffer.from(template.bytes);
    const round = Math.floor(number / this.templates.length);
    const second = BigInt(Math.floor(nowMs / 1000)) * 1_000_000_000n;
    for (const at of template.traceIds) bytes.writeUInt32BE(round, at);
    for (const { at, nanosOfSecond } of template.times) bytes.writeBigUInt64LE(second + nanosOfSecond, at);
    return bytes;
  }

  record(): never {
    throw new Error('OTLP has no call for a single record.');
  }
}

function templateOf(logs: readonly Log[]): Template {
  const services = [...new Set(logs.map(({ service }) => service))];
  const sorted = services.flatMap((service) => logs.filter((log) => log.service === service));
  const bytes = Buffer.from(
    ExportLogsServiceRequest.encode({
      resourceLogs: services.map((service) => ({
        resource: { attributes: resourceOf(service), droppedAttributesCount: 0 },
        scopeLogs: [
          {
            scope: { name: 'bench', version: '', attributes: [], droppedAttributesCount: 0 },
            logRecords: logs.filter((log) => log.service === service).map(recordOf),
            schemaUrl: '',
          },
        ],
        schemaUrl: '',
      })),
    }).finish(),
  );
  const traceIds: number[] = [];
  const times: { at: number; nanosOfSecond: bigint }[] = [];
  const wanted = Buffer.alloc(8);
  let from = 0;
  for (const log of sorted) {
    const nanos = BigInt(nanosOf(log));
    wanted.writeBigUInt64LE(nanos);
    const at = bytes.indexOf(wanted, from);
    const traceId = bytes.indexOf(Buffer.from(log.traceId, 'hex'), at);
    times.push({ at, nanosOfSecond: nanos % 1_000_000_000n });
    traceIds.push(traceId);
    from = traceId + ROUND_BYTES;
  }
  return { bytes, traceIds, times };
}

function recordOf(log: Log) {
  return {
    timeUnixNano: nanosOf(log),
    observedTimeUnixNano: '0',
    severityNumber: SEVERITIES[log.level] ?? SeverityNumber.SEVERITY_NUMBER_ERROR,
    severityText: '',
    body: text(log.message),
    attributes: Object.entries(log.attributes).map(([key, value]) => ({ key, value: text(value) })),
    droppedAttributesCount: 0,
    flags: 1,
    traceId: Buffer.from(log.traceId, 'hex'),
    spanId: log.spanId === '' ? NO_BYTES : Buffer.from(log.spanId, 'hex'),
    eventName: '',
  };
}

/** What the JavaScript SDK says of a process. */
function resourceOf(service: string): KeyValue[] {
  return [
    { key: 'service.name', value: text(service) },
    { key: 'service.version', value: text('1.4.2') },
    { key: 'host.name', value: text(`${service}-7d9f8c6b5-x2abc`) },
    { key: 'process.pid', value: { value: { $case: 'intValue', value: '4711' } } },
    { key: 'telemetry.sdk.language', value: text('nodejs') },
    { key: 'telemetry.sdk.name', value: text('opentelemetry') },
    { key: 'telemetry.sdk.version', value: text('2.2.0') },
  ];
}

function text(value: string): AnyValue {
  return { value: { $case: 'stringValue', value } };
}

function nanosOf({ timestamp }: Log): string {
  const parsed = parseTimestampText(timestamp);
  if (!parsed.ok) throw new RangeError(`${timestamp} is no time`);
  const { seconds, nanos } = parsed.instant;
  return String(BigInt(seconds) * 1_000_000_000n + BigInt(nanos));
}
