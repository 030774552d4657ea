import type { LogBatchAck } from '#proto';
import { messageToJson } from '#proto';
import { EXIT, Failure, type ExitCode } from '../failure.js';
import { printableLine } from '../render/printable.js';
import { counted } from '../render/words.js';
import type { Session } from '../session.js';
import { batchesOf, type LineFault, type RecordBatch } from './batches.js';
import { Progress } from './progress.js';
import { readLines } from './read-lines.js';
import { sendBatch } from './send-batch.js';

/** Records to send, one JSON object a line. */
export interface LinesToSend {
  readonly input: AsyncIterable<Buffer>;
  /** Null where nobody knows. */
  readonly totalBytes: number | null;
  /** Records of a call. */
  readonly batchSize: number;
  /** What the batches' keys begin with: sent again with the same, nothing is stored twice. */
  readonly batchId: string;
}

/** A quarter of what a call may hold by default; the limits of a single record are the server's. */
const BATCH_BYTES = 4 * 1024 * 1024;
const MAX_LINE_BYTES = 16 * 1024 * 1024;

/**
 * Sends all lines, batch after batch. Lines that are no record or are refused are told on standard error; the others are
 * stored. @throws Failure where a batch could not be sent, saying how to go on
 */
export async function sendLines({ connection, output, json }: Session, lines: LinesToSend): Promise<ExitCode> {
  const { input, totalBytes, batchSize, batchId } = lines;
  const progress = new Progress(output.screen, totalBytes);
  const tell = (faults: readonly LineFault[]): void => {
    if (faults.length > 0) progress.clear();
    for (const { line, reason } of faults) output.fault(`line ${line}: ${printableLine(reason)}`);
  };
  let stored = 0;
  let refused = 0;
  let batches = 0;
  const size = { records: batchSize, bytes: BATCH_BYTES };
  for await (const batch of batchesOf(readLines(input, MAX_LINE_BYTES), size)) {
    tell(batch.faults);
    refused += batch.faults.length;
    if (batch.logs.length > 0) {
      const message = { logs: [...batch.logs], spans: [], batchId: `${batchId}-${++batches}` };
      const answer = await sendBatch(connection, message, batches > 1).catch((error: unknown) => {
        progress.clear();
        if (!(error instanceof Failure)) throw error;
        // A record that is too large for any call travels alone: it is that line's fault, and the others go on.
        if (error.exitCode === EXIT.usage && batch.lines.length === 1) return error;
        throw interrupted(error, batch, stored, batchId);
      });
      const faults = answer instanceof Failure ? wholeBatch(answer, batch) : rejectedLines(answer.ack, batch);
      tell(faults);
      refused += faults.length;
      if (!(answer instanceof Failure)) {
        stored += answer.ack.accepted;
        if (json) await output.line(messageToJson('logs.LogBatchAck', answer.bytes));
      }
    }
    progress.show(stored, batch.endsAt);
  }
  progress.clear();
  if (!json) await output.line(summary(stored, refused));
  return refused === 0 ? EXIT.found : EXIT.failed;
}

function rejectedLines({ rejections }: LogBatchAck, { lines }: RecordBatch): LineFault[] {
  return rejections.map(({ index, field, reason }) => ({ line: lines[index] ?? 0, reason: `${field} ${reason}` }));
}

function wholeBatch({ message }: Failure, { lines }: RecordBatch): LineFault[] {
  return lines.map((line) => ({ line, reason: message }));
}

/** What is stored stays stored; the same batches under the same keys are recognized. */
function interrupted(error: Failure, { lines }: RecordBatch, stored: number, batchId: string): Failure {
  const where = `lines ${lines[0] ?? 0} to ${lines.at(-1) ?? 0} were not acknowledged (${counted(stored, 'record')} before them were): `;
  const again = `run the same command with --batch-id ${batchId}: nothing is stored twice`;
  const fix = [error.fix, again].filter((text) => text !== '').join('; then ');
  return new Failure(error.exitCode, where + error.message, fix);
}

function summary(stored: number, refused: number): string {
  return `${counted(stored, 'record')} stored${refused === 0 ? '' : `, ${counted(refused, 'line')} refused`}`;
}
