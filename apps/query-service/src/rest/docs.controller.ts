import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import type { HttpReply, HttpRequest } from '#platform';
import { openApiDocument } from './openapi/document.js';
import type { Schema } from './openapi/message-schemas.js';
import { OPERATIONS } from './openapi/operations.js';
import { docsPage } from './openapi/page.js';
import { parametersOf, type RawQuery } from './parameters.js';
import { answeredWithTag, JSON_TYPE } from './reply.js';

const DOCUMENT = openApiDocument();
const DOCUMENT_TEXT = JSON.stringify(DOCUMENT);
const { schemas } = DOCUMENT['components'] as { readonly schemas: Readonly<Record<string, Schema>> };
const PAGE = docsPage(OPERATIONS, schemas);

/** What REST is: for programs, and for people. */
@Controller('api')
export class DocsController {
  @Get('openapi.json')
  getOpenApi(
    @Query() query: RawQuery,
    @Req() request: HttpRequest,
    @Res({ passthrough: true }) reply: HttpReply,
  ): string | undefined {
    parametersOf(query, []);
    return answeredWithTag(request, reply, JSON_TYPE, DOCUMENT_TEXT);
  }

  @Get('docs')
  getDocs(
    @Query() query: RawQuery,
    @Req() request: HttpRequest,
    @Res({ passthrough: true }) reply: HttpReply,
  ): string | undefined {
    parametersOf(query, []);
    const policy = { 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'" };
    return answeredWithTag(request, reply, 'text/html; charset=utf-8', PAGE, policy);
  }
}
