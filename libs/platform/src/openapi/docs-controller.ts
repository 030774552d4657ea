import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import { answeredWithTag, JSON_TYPE } from '../http/answered.js';
import type { HttpReply, HttpRequest } from '../http/exchange.js';
import { parametersOf, type RawQuery } from '../http/query-parameters.js';
import { ApiDocs } from './api-docs.js';

/** What HTTP_PORT serves: for programs, and for people. */
@Controller('api')
export class DocsController {
  constructor(@Inject(ApiDocs) private readonly docs: ApiDocs) {}

  @Get('openapi.json')
  getOpenApi(
    @Query() query: RawQuery,
    @Req() request: HttpRequest,
    @Res({ passthrough: true }) reply: HttpReply,
  ): string | undefined {
    parametersOf(query, []);
    return answeredWithTag(request, reply, JSON_TYPE, this.docs.document);
  }

  @Get('docs')
  getDocs(
    @Query() query: RawQuery,
    @Req() request: HttpRequest,
    @Res({ passthrough: true }) reply: HttpReply,
  ): string | undefined {
    parametersOf(query, []);
    const policy = { 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'" };
    return answeredWithTag(request, reply, 'text/html; charset=utf-8', this.docs.page, policy);
  }
}
