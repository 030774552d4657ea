import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { getJson, part } from './client.js';
import { Problem } from './problem.js';
import {
  readFieldValues,
  readHistogram,
  readLogPage,
  readPatternDetails,
  readPatternPage,
  readServiceMap,
  readSpans,
  readTrace,
} from './read.js';
import type { Span, Status, Trace } from './types.js';

/** Which records a view shows. Empty texts say nothing. */
export interface LogQuestion {
  readonly q: string;
  readonly from: string;
  readonly to: string;
}

/** Views that show now are asked again so often. */
export const REFRESH_MS = 10_000;
const LOG_PAGE_SIZE = 500;
const TRACE_PAGE_SIZE = 2_000;

/** @param refresh true where the view follows the present */
export const statusQuery = (refresh: boolean) =>
  queryOptions({
    queryKey: ['status'],
    queryFn: ({ signal }) => getJson<Status>('status', {}, signal),
    refetchInterval: refresh && REFRESH_MS,
  });

export const histogramQuery = (question: LogQuestion & { readonly step?: string }, refresh: boolean) =>
  queryOptions({
    queryKey: ['histogram', question],
    queryFn: async ({ signal }) => readHistogram(await getJson('logs/histogram', { ...question }, signal)),
    placeholderData: keepPreviousData,
    refetchInterval: refresh && REFRESH_MS,
  });

export const fieldValuesQuery = (question: LogQuestion & { readonly field: string; readonly prefix?: string }, limit: number) =>
  queryOptions({
    queryKey: ['fields', question, limit],
    queryFn: async ({ signal }) => readFieldValues(await getJson('logs/fields', { ...question, limit }, signal)),
    placeholderData: keepPreviousData,
  });

export const logsQuery = (question: LogQuestion & { readonly order: string }) =>
  infiniteQueryOptions({
    queryKey: ['logs', question],
    queryFn: async ({ pageParam, signal }) =>
      readLogPage(await getJson('logs', { ...question, limit: LOG_PAGE_SIZE, pageToken: pageParam }, signal)),
    initialPageParam: '',
    getNextPageParam: (last) => last.nextPageToken || undefined,
  });

/** The newest record of all, for how fresh the store is. */
export const lastLogQuery = () =>
  queryOptions({
    queryKey: ['last-log'],
    queryFn: async ({ signal }) => readLogPage(await getJson('logs', { limit: 1, order: 'desc' }, signal)),
    refetchInterval: REFRESH_MS,
  });

export const patternsQuery = (
  question: { readonly state: string; readonly service?: string; readonly order: string; readonly limit: number },
  refresh: boolean,
) =>
  infiniteQueryOptions({
    queryKey: ['patterns', question],
    queryFn: async ({ pageParam, signal }) =>
      readPatternPage(await getJson('patterns', { ...question, pageToken: pageParam }, signal)),
    initialPageParam: '',
    getNextPageParam: (last) => last.nextPageToken || undefined,
    placeholderData: keepPreviousData,
    refetchInterval: refresh && REFRESH_MS,
  });

/** @param from RFC 3339: the timeline's first hour */
export const patternQuery = (id: string, from: string, limit: number) =>
  queryOptions({
    queryKey: ['pattern', id, from, limit],
    queryFn: async ({ signal }) =>
      readPatternDetails(await getJson(`patterns/${part(id)}`, { timelineFrom: from, limit }, signal)),
    placeholderData: keepPreviousData,
  });

/** A DAG that is being built is asked for again soon. */
export const traceQuery = (traceId: string) =>
  queryOptions({
    queryKey: ['trace', traceId],
    queryFn: async ({ signal }) => readTrace(await getJson<Trace>(`traces/${part(traceId)}`, {}, signal)),
    refetchInterval: ({ state }) => (state.data?.dagState === 'pending' ? 1_500 : false),
  });

export const traceLogsQuery = (traceId: string) =>
  infiniteQueryOptions({
    queryKey: ['trace-logs', traceId],
    queryFn: async ({ pageParam, signal }) =>
      readLogPage(await getJson(`traces/${part(traceId)}/logs`, { limit: TRACE_PAGE_SIZE, pageToken: pageParam }, signal)),
    initialPageParam: '',
    getNextPageParam: (last) => last.nextPageToken || undefined,
  });

/** Spans that senders measured. A server that does not keep any answers 404: none. */
export const traceSpansQuery = (traceId: string) =>
  queryOptions({
    queryKey: ['trace-spans', traceId],
    queryFn: async ({ signal }): Promise<readonly Span[]> => {
      try {
        return readSpans(await getJson(`traces/${part(traceId)}/spans`, { limit: TRACE_PAGE_SIZE }, signal)).spans;
      } catch (error) {
        if (error instanceof Problem && error.status === 404) return [];
        throw error;
      }
    },
  });

export const serviceMapQuery = (from: string, to: string, refresh: boolean) =>
  queryOptions({
    queryKey: ['service-map', from, to],
    queryFn: async ({ signal }) => readServiceMap(await getJson('service-map', { from, to }, signal)),
    placeholderData: keepPreviousData,
    refetchInterval: refresh && REFRESH_MS,
  });
