import { type Log, logOfJson } from '#proto';
import type { InputLine } from './read-lines.js';

/** A line that is no record, or one that was refused. */
export interface LineFault {
  /** From 1. */
  readonly line: number;
  readonly reason: string;
}

/** Records to be sent in one call. */
export interface RecordBatch {
  readonly logs: readonly Log[];
  /** The line of each record. */
  readonly lines: readonly number[];
  /** Lines that hold no record, from among those that were read for this batch. */
  readonly faults: readonly LineFault[];
  /** Bytes of the input read so far. */
  readonly endsAt: number;
}

/** What a batch holds at most; a larger record travels alone. */
export interface BatchSize {
  readonly records: number;
  readonly bytes: number;
}

const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * Makes batches of NDJSON lines: a JSON object a line, with the names of protobuf-JSON (traceId or trace_id). Empty lines
 * are passed over. The same input and size give the same batches, so that they can be sent again under the same keys.
 */
export async function* batchesOf(input: AsyncIterable<InputLine>, size: BatchSize): AsyncGenerator<RecordBatch, void> {
  let logs: Log[] = [];
  let lines: number[] = [];
  let faults: LineFault[] = [];
  let bytes = 0;
  let before = 0;
  const batch = (endsAt: number): RecordBatch => {
    const full = { logs, lines, faults, endsAt };
    [logs, lines, faults, bytes] = [[], [], [], 0];
    return full;
  };
  for await (const line of input) {
    const length = line.bytes?.length ?? 0;
    if (logs.length > 0 && (logs.length >= size.records || bytes + length > size.bytes)) yield batch(before);
    before = line.endsAt;
    const log = recordOf(line.bytes);
    if (typeof log === 'string') faults.push({ line: line.number, reason: log });
    else if (log !== null) {
      logs.push(log);
      lines.push(line.number);
      bytes += length;
    }
    // Lines that are all wrong must not gather without an end.
    if (faults.length >= size.records) yield batch(before);
  }
  if (logs.length > 0 || faults.length > 0) yield batch(before);
}

/** The record that a line holds, what is wrong with it, or null where it is empty. */
function recordOf(bytes: Buffer | null): Log | string | null {
  if (bytes === null) return 'the line is longer than a call may be';
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    return 'the line is not UTF-8';
  }
  if (text.trim() === '') return null;
  try {
    return logOfJson(JSON.parse(text));
  } catch (error) {
    return `the line is not JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
}
