import { setTimeout as pause } from 'node:timers/promises';
import { LogBatchAck, LogIngestionServiceService as ingest, type LogBatch } from '#proto';
import type { Connection } from '../connection.js';
import { Failure } from '../failure.js';

const PAUSES_MS = [250, 500, 1_000, 2_000, 4_000, 8_000];

/** An acknowledged batch: serialized for JSON, decoded for people. */
export interface AcknowledgedBatch {
  readonly bytes: Buffer;
  readonly ack: LogBatchAck;
}

/**
 * Sends a keyed batch, again after a pause where that makes sense: its batch_id makes it safe, the records are stored once.
 * @param patient false: the first failure is final, such as that of a server that is not there
 * @throws Failure the last one
 */
export async function sendBatch(connection: Connection, batch: LogBatch, patient: boolean): Promise<AcknowledgedBatch> {
  for (let attempt = 0; ; attempt++) {
    try {
      const bytes = await connection.ask(ingest.sendLogs, batch);
      return { bytes, ack: LogBatchAck.decode(bytes) };
    } catch (error) {
      const pauseMs = PAUSES_MS[attempt];
      if (!patient || !(error instanceof Failure) || !error.retryable || pauseMs === undefined) throw error;
      await pause(pauseMs);
    }
  }
}
