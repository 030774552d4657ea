import { Controller, Get, Inject, Param, Query, Req, Res, UseInterceptors } from '@nestjs/common';
import { dagToDot, dagToMermaid, dagToSvg, type DagOfTrace } from '#pictures';
import {
  answeredWithTag,
  CurrentCaller,
  JSON_TYPE,
  parametersOf,
  QueryLatencyInterceptor,
  RequestSignal,
  type Caller,
  type HttpReply,
  type HttpRequest,
  type RawQuery,
} from '#platform';
import { Dag, dagToWire, messageToJson } from '#proto';
import { DagQueries } from '../queries/dag-queries.js';
import { answer } from './answer.js';

interface Format {
  readonly type: string;
  readonly draw: (trace: DagOfTrace) => string;
  readonly headers?: Readonly<Record<string, string>>;
}

const SVG: Format = {
  type: 'image/svg+xml; charset=utf-8',
  draw: dagToSvg,
  // Opened as a page of its own, it may style itself and nothing else.
  headers: { 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox" },
};
const DOT: Format = { type: 'text/vnd.graphviz; charset=utf-8', draw: dagToDot };
const MERMAID: Format = { type: 'text/vnd.mermaid; charset=utf-8', draw: dagToMermaid };

/** One trace's error DAG, as JSON and as pictures; each with an ETag, since it changes with late records only. */
@Controller('api/v1/traces/:traceId')
@UseInterceptors(QueryLatencyInterceptor)
export class TraceDagController {
  constructor(@Inject(DagQueries) private readonly dags: DagQueries) {}

  /** `query.Dag`. */
  @Get('dag')
  async getDagByTraceId(
    @Param('traceId') traceId: string,
    @Query() query: RawQuery,
    @CurrentCaller() caller: Caller,
    @RequestSignal() signal: AbortSignal,
    @Req() request: HttpRequest,
    @Res({ passthrough: true }) reply: HttpReply,
  ): Promise<string | undefined> {
    parametersOf(query, []);
    const dag = await answer('traceDagFailed', signal, this.dags.storedOf(caller, traceId, signal));
    return answeredWithTag(request, reply, JSON_TYPE, messageToJson('query.Dag', Dag.encode(dagToWire(dag)).finish()));
  }

  @Get('dag.svg')
  async getDagSvg(
    @Param('traceId') traceId: string,
    @Query() query: RawQuery,
    @CurrentCaller() caller: Caller,
    @RequestSignal() signal: AbortSignal,
    @Req() request: HttpRequest,
    @Res({ passthrough: true }) reply: HttpReply,
  ): Promise<string | undefined> {
    parametersOf(query, []);
    return this.picture(SVG, traceId, caller, signal, request, reply);
  }

  @Get('dag.dot')
  async getDagDot(
    @Param('traceId') traceId: string,
    @Query() query: RawQuery,
    @CurrentCaller() caller: Caller,
    @RequestSignal() signal: AbortSignal,
    @Req() request: HttpRequest,
    @Res({ passthrough: true }) reply: HttpReply,
  ): Promise<string | undefined> {
    parametersOf(query, []);
    return this.picture(DOT, traceId, caller, signal, request, reply);
  }

  @Get('dag.mmd')
  async getDagMermaid(
    @Param('traceId') traceId: string,
    @Query() query: RawQuery,
    @CurrentCaller() caller: Caller,
    @RequestSignal() signal: AbortSignal,
    @Req() request: HttpRequest,
    @Res({ passthrough: true }) reply: HttpReply,
  ): Promise<string | undefined> {
    parametersOf(query, []);
    return this.picture(MERMAID, traceId, caller, signal, request, reply);
  }

  private async picture(
    { type, draw, headers }: Format,
    traceId: string,
    caller: Caller,
    signal: AbortSignal,
    request: HttpRequest,
    reply: HttpReply,
  ): Promise<string | undefined> {
    const { dag } = await answer('traceDagFailed', signal, this.dags.storedOf(caller, traceId, signal));
    return answeredWithTag(request, reply, type, draw({ traceId, dag }), headers);
  }
}
