import { Controller, Delete, Get, Headers, HttpCode, Post, Put, Res } from '@nestjs/common';
import type { IncomingHttpHeaders } from 'node:http';
import { AnswersAs, TakesRawBody, type HttpReply } from '#platform';
import { ELASTICSEARCH, jsonBody } from './elasticsearch-answers.js';

const KINDS = ['_index_template', '_component_template', '_template', '_ilm/policy', '_ingest/pipeline', '_data_stream'];
const ACKNOWLEDGED = '{"acknowledged":true}';
const PATHS = [...KINDS, ...KINDS.map((kind) => `${kind}/:name`)];

/**
 * What Beats, Logstash and Elastic Agent set up before they write: templates, life-cycle policies, ingest pipelines and data
 * streams. Records need none of them here, so whatever is asked for is said to be there, and whatever is put is taken and
 * forgotten; a pipeline does not run.
 */
@Controller()
export class ElasticsearchSetupController {
  @Get(PATHS)
  @AnswersAs(ELASTICSEARCH)
  get(@Headers() { accept }: IncomingHttpHeaders, @Res({ passthrough: true }) reply: HttpReply): Buffer {
    return jsonBody(reply, accept, '{}');
  }

  @Put(PATHS)
  @TakesRawBody(ELASTICSEARCH)
  put(@Headers() { accept }: IncomingHttpHeaders, @Res({ passthrough: true }) reply: HttpReply): Buffer {
    return jsonBody(reply, accept, ACKNOWLEDGED);
  }

  @Post(PATHS)
  @HttpCode(200)
  @TakesRawBody(ELASTICSEARCH)
  post(@Headers() { accept }: IncomingHttpHeaders, @Res({ passthrough: true }) reply: HttpReply): Buffer {
    return jsonBody(reply, accept, ACKNOWLEDGED);
  }

  @Delete(PATHS)
  @TakesRawBody(ELASTICSEARCH)
  delete(@Headers() { accept }: IncomingHttpHeaders, @Res({ passthrough: true }) reply: HttpReply): Buffer {
    return jsonBody(reply, accept, ACKNOWLEDGED);
  }
}
