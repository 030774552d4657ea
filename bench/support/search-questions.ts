import {
  FieldValues,
  GetFieldValuesRequest,
  GetLogHistogramRequest,
  GetLogsRequest,
  LogBatch,
  LogHistogram,
  LogList,
} from '#proto';
import type { LoadBatches } from './load-batches.js';

/** What an answer says of itself. */
export interface SearchAnswer {
  /** Records on the page, buckets of the histogram, or values. */
  readonly items: number;
  /** The product says that it could not look at everything in time. */
  readonly partial: boolean;
}

/** A question of the search benchmark. */
export interface SearchQuestion {
  readonly name: string;
  /** What 99 of 100 answers aim to keep under, milliseconds. */
  readonly aimMs: number;
  /** `/query.QueryService/...` */
  readonly path: string;
  /** Made anew for each call: the range is relative to now. */
  request(): Uint8Array;
  read(bytes: Uint8Array): SearchAnswer;
}

const HOUR = '-1h';
const DAY = '-24h';
const PAGE_AIM_MS = 100;
const TEXT_AIM_MS = 500;
const COUNT_AIM_MS = 1_000;

/** @param pageSize records of a page @param batches the data that the store holds */
export function searchQuestions(pageSize: number, batches: LoadBatches): readonly SearchQuestion[] {
  const page = (name: string, query: string, aimMs: number): SearchQuestion => ({
    name,
    aimMs,
    path: '/query.QueryService/GetLogs',
    request: () => GetLogsRequest.encode({ ...emptyOf(GetLogsRequest), query, from: HOUR, pageSize }).finish(),
    read: (bytes) => {
      const { logs, partial } = LogList.decode(bytes);
      return { items: logs.length, partial };
    },
  });
  const histogram = (by: string, query = ''): SearchQuestion => ({
    name: `histogram over 24 h by ${by}${query === '' ? '' : `, ${query}`}`,
    aimMs: COUNT_AIM_MS,
    path: '/query.QueryService/GetLogHistogram',
    request: () => GetLogHistogramRequest.encode({ ...emptyOf(GetLogHistogramRequest), from: DAY, by, query }).finish(),
    read: (bytes) => {
      const { series, partial } = LogHistogram.decode(bytes);
      return { items: series.length, partial };
    },
  });
  const values = (field: string): SearchQuestion => ({
    name: `values of ${field}, one hour`,
    aimMs: COUNT_AIM_MS,
    path: '/query.QueryService/GetFieldValues',
    request: () => GetFieldValuesRequest.encode({ ...emptyOf(GetFieldValuesRequest), from: HOUR, field }).finish(),
    read: (bytes) => {
      const { values: found, partial } = FieldValues.decode(bytes);
      return { items: found.length, partial };
    },
  });
  return [
    page('last hour, service and level', 'service:checkout level>=warn', PAGE_AIM_MS),
    page('last hour, service and errors', 'service:payment-service level>=error', PAGE_AIM_MS),
    page('last hour, a service that is nowhere', 'service:no-such-service level>=warn', PAGE_AIM_MS),
    page('text, a common word', 'finished', TEXT_AIM_MS),
    page('text, a rare word', rareWord(batches), TEXT_AIM_MS),
    page('text, a word that is nowhere', 'unobtainium', TEXT_AIM_MS),
    histogram('level'),
    histogram('service'),
    histogram('level', 'service:checkout'),
    values('service'),
    values('attr.http.method'),
  ];
}

function emptyOf<T>(message: { decode(bytes: Uint8Array): T }): T {
  return message.decode(new Uint8Array(0));
}

/** A product's number out of a record: about one record in 100,000 holds it. */
function rareWord(batches: LoadBatches): string {
  for (const { message } of LogBatch.decode(batches.batch(0)).logs) {
    const [key] = /product:\d+/.exec(message) ?? [];
    if (key !== undefined) return `"${key}"`;
  }
  throw new Error('no record of the first batch names a product');
}
