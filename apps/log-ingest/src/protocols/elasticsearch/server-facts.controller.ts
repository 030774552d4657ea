import { Controller, Get, Headers, Inject, Res } from '@nestjs/common';
import type { IncomingHttpHeaders } from 'node:http';
import { AnswersAs, ReadinessRegistry, type HttpReply } from '#platform';
import { ELASTICSEARCH, jsonBody } from './elasticsearch-answers.js';
import { LICENSE_INFO, ROOT_INFO, XPACK_INFO, clusterHealth } from './server-facts.js';

/** What Elasticsearch's clients ask a server before they write to it; HEAD is answered as well. */
@Controller()
export class ElasticsearchFactsController {
  constructor(@Inject(ReadinessRegistry) private readonly readiness: ReadinessRegistry) {}

  /** Whoever asks for HTML is answered with the web UI before this, where it is served. */
  @Get()
  @AnswersAs(ELASTICSEARCH)
  root(@Headers() { accept }: IncomingHttpHeaders, @Res({ passthrough: true }) reply: HttpReply): Buffer {
    reply.headers({ vary: 'accept' });
    return jsonBody(reply, accept, JSON.stringify(ROOT_INFO));
  }

  @Get('_license')
  @AnswersAs(ELASTICSEARCH)
  license(@Headers() { accept }: IncomingHttpHeaders, @Res({ passthrough: true }) reply: HttpReply): Buffer {
    return jsonBody(reply, accept, JSON.stringify(LICENSE_INFO));
  }

  @Get('_xpack')
  @AnswersAs(ELASTICSEARCH)
  xpack(@Headers() { accept }: IncomingHttpHeaders, @Res({ passthrough: true }) reply: HttpReply): Buffer {
    return jsonBody(reply, accept, JSON.stringify(XPACK_INFO));
  }

  @Get('_cluster/health')
  @AnswersAs(ELASTICSEARCH)
  async health(@Headers() { accept }: IncomingHttpHeaders, @Res({ passthrough: true }) reply: HttpReply): Promise<Buffer> {
    return jsonBody(reply, accept, JSON.stringify(clusterHealth(await this.isReady(reply))));
  }

  /** One line of text: epoch, time, cluster, status, nodes, data nodes, shards. rsyslog asks for it. */
  @Get('_cat/health')
  @AnswersAs(ELASTICSEARCH)
  async catHealth(@Res({ passthrough: true }) reply: HttpReply): Promise<string> {
    const status = (await this.isReady(reply)) ? 'green' : 'red';
    reply.headers({ 'content-type': 'text/plain; charset=utf-8' });
    const now = new Date().toISOString();
    return `${Math.floor(Date.parse(now) / 1_000)} ${now.slice(11, 19)} ${ROOT_INFO.cluster_name} ${status} 1 1 1 1 0 0 0 0 - 100.0%\n`;
  }

  private async isReady(reply: HttpReply): Promise<boolean> {
    const { ready } = await this.readiness.read();
    if (!ready) reply.status(503);
    return ready;
  }
}
