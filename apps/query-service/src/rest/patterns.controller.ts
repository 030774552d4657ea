import { Body, Controller, Get, Headers, HttpCode, Inject, Param, Post, Query, Res, UseInterceptors } from '@nestjs/common';
import {
  answered,
  CurrentCaller,
  JSON_TYPE,
  malformed,
  parametersOf,
  QueryLatencyInterceptor,
  RequestSignal,
  unsupportedMediaType,
  type Caller,
  type HttpReply,
  type RawQuery,
} from '#platform';
import { messageToJson, Pattern, PatternDetails, PatternList } from '#proto';
import * as z from 'zod';
import { PatternQueries } from '../queries/pattern-queries.js';
import { answer } from './answer.js';
import { limitOf } from './limit.js';

const NEW_STATE = z.strictObject({ state: z.string() });

/** Failure patterns, and what people think of them. */
@Controller('api/v1/patterns')
@UseInterceptors(QueryLatencyInterceptor)
export class PatternsController {
  constructor(@Inject(PatternQueries) private readonly patterns: PatternQueries) {}

  /** `query.PatternList`. */
  @Get()
  async listPatterns(
    @Query() query: RawQuery,
    @CurrentCaller() caller: Caller,
    @RequestSignal() signal: AbortSignal,
    @Res({ passthrough: true }) reply: HttpReply,
  ): Promise<string> {
    const { limit, order, ...asked } = parametersOf(query, ['state', 'service', 'from', 'to', 'order', 'limit', 'pageToken']);
    const request = { ...asked, orderBy: order, pageSize: limitOf(limit) };
    const list = await answer('patternsFailed', signal, this.patterns.list(caller, request, signal));
    return answered(reply, JSON_TYPE, messageToJson('query.PatternList', PatternList.encode(list).finish()));
  }

  /** `query.PatternDetails`. */
  @Get(':id')
  async getPattern(
    @Param('id') id: string,
    @Query() query: RawQuery,
    @CurrentCaller() caller: Caller,
    @RequestSignal() signal: AbortSignal,
    @Res({ passthrough: true }) reply: HttpReply,
  ): Promise<string> {
    const { limit, ...asked } = parametersOf(query, ['timelineFrom', 'timelineTo', 'limit', 'pageToken']);
    const request = { ...asked, id, pageSize: limitOf(limit) };
    const details = await answer('patternFailed', signal, this.patterns.details(caller, request, signal));
    return answered(reply, JSON_TYPE, messageToJson('query.PatternDetails', PatternDetails.encode(details).finish()));
  }

  /** `query.Pattern` in its new state. */
  @Post(':id/state')
  @HttpCode(200)
  async setPatternState(
    @Param('id') id: string,
    @Query() query: RawQuery,
    @Headers('content-type') type: string | undefined,
    @Body() body: unknown,
    @CurrentCaller() caller: Caller,
    @RequestSignal() signal: AbortSignal,
    @Res({ passthrough: true }) reply: HttpReply,
  ): Promise<string> {
    parametersOf(query, []);
    // Nest reads forms too, and a form may be sent by any web page without asking.
    if (!/^application\/json\b/i.test(type ?? '')) throw unsupportedMediaType('The body is to be JSON: application/json.');
    const asked = NEW_STATE.safeParse(body);
    if (!asked.success) throw malformed('The body is to be a JSON object with one member: {"state": "resolved"}.');
    const work = this.patterns.setState(caller, { id, state: asked.data.state }, signal);
    const pattern = await answer('patternStateFailed', signal, work);
    return answered(reply, JSON_TYPE, messageToJson('query.Pattern', Pattern.encode(pattern).finish()));
  }
}
