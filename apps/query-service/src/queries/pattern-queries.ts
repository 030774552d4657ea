import { Inject, Injectable } from '@nestjs/common';
import { PATTERN_READER, PATTERN_STATE_WRITER, type PatternReader, type PatternStateWriter, type PatternTrace } from '#db';
import { patternNotFound, type Caller } from '#platform';
import {
  patternHourToWire,
  patternToWire,
  patternTraceToWire,
  type GetPatternRequest,
  type ListPatternsRequest,
  type Pattern,
  type PatternDetails,
  type PatternList,
  type SetPatternStateRequest,
} from '#proto';
import { MAX_PAGE_BYTES, pageSizeOf } from './page-size.js';
import { dagCursorOf, dagTokenOf, patternCursorOf, patternTokenOf } from './page-token.js';
import { boundOf, orderOf, patternIdOf, serviceFilterOf, stateFilterOf, stateOf } from './pattern-request.js';

/** Over a year of hours without a gap. */
const MAX_HOURS = 10_000;
/** What the pattern itself and its timeline leave of a page. */
const MAX_TRACES_BYTES = MAX_PAGE_BYTES - 512 * 1024;
/** A trace's bytes beside its ids. */
const OTHER_BYTES = 60;

/** Questions about failure patterns, and the one thing that people change; the transports only translate. */
@Injectable()
export class PatternQueries {
  constructor(
    @Inject(PATTERN_READER) private readonly patterns: PatternReader,
    @Inject(PATTERN_STATE_WRITER) private readonly states: PatternStateWriter,
  ) {}

  /** Patterns that have a trace, in the order asked for. */
  async list(caller: Caller, request: ListPatternsRequest, signal: AbortSignal): Promise<PatternList> {
    const { state, service, from, to } = request;
    const order = orderOf(request.orderBy);
    const question = `patterns:${JSON.stringify([order, state, service, from, to])}`;
    const { patterns, next } = await this.patterns.list({
      tenant: caller.tenant,
      order,
      limit: pageSizeOf(request.pageSize),
      maxBytes: MAX_PAGE_BYTES,
      state: stateFilterOf(state),
      service: serviceFilterOf(service),
      from: boundOf('from', from),
      to: boundOf('to', to),
      after: patternCursorOf(question, request.pageToken),
      signal,
    });
    return { patterns: patterns.map(patternToWire), nextPageToken: next === null ? '' : patternTokenOf(question, next) };
  }

  /** One pattern with a page of its traces; the first page brings the timeline. */
  async details(caller: Caller, request: GetPatternRequest, signal: AbortSignal): Promise<PatternDetails> {
    const { tenant } = caller;
    const id = patternIdOf(request.id);
    const limit = pageSizeOf(request.pageSize);
    const question = `pattern:${id}`;
    const after = dagCursorOf(question, request.pageToken);
    const bounds = { from: boundOf('timeline_from', request.timelineFrom), to: boundOf('timeline_to', request.timelineTo) };
    const pattern = await this.patterns.byId(tenant, id, signal);
    if (pattern === null) throw patternNotFound(id);
    const { traces: found, more } = await this.patterns.traces({ tenant, id, limit, signal, ...(after && { after }) });
    const traces = fittingTraces(found);
    const last = traces.at(-1);
    const hours = after ? [] : await this.patterns.timeline({ tenant, id, limit: MAX_HOURS, signal, ...bounds });
    return {
      pattern: patternToWire(pattern),
      traces: traces.map(patternTraceToWire),
      nextPageToken: last !== undefined && (more || traces.length < found.length) ? dagTokenOf(question, last) : '',
      timeline: hours.map(patternHourToWire),
    };
  }

  /** The pattern in its new state. */
  async setState(caller: Caller, request: SetPatternStateRequest, signal: AbortSignal): Promise<Pattern> {
    const id = patternIdOf(request.id);
    const pattern = await this.states.setState(caller.tenant, id, stateOf(request.state), signal);
    if (pattern === null) throw patternNotFound(id);
    return patternToWire(pattern);
  }
}

/** Those that a page has room for; the first whatever its size. */
function fittingTraces(traces: readonly PatternTrace[]): readonly PatternTrace[] {
  let bytes = 0;
  const beyond = traces.findIndex(({ traceId, rootSpanId }, i) => {
    bytes += Buffer.byteLength(traceId) + Buffer.byteLength(rootSpanId) + OTHER_BYTES;
    return bytes > MAX_TRACES_BYTES && i > 0;
  });
  return beyond < 0 ? traces : traces.slice(0, beyond);
}
