import { Controller, Get, Header, HttpStatus, Inject, Res } from '@nestjs/common';
import type { HttpReply } from '../http/exchange.js';
import { ReadinessRegistry, type ReadinessReport } from './readiness.js';

/** Body of /readyz: what each check says, and the sentences of those that fail. */
interface ReadinessBody {
  readonly status: 'ready' | 'not ready';
  /** What is missing, one sentence each; empty when ready. */
  readonly missing: readonly string[];
  readonly details: Readonly<Record<string, string>>;
}

function bodyOf(report: ReadinessReport): ReadinessBody {
  const checks = Object.entries(report.checks);
  return {
    status: report.ready ? 'ready' : 'not ready',
    missing: checks.flatMap(([name, outcome]) => (outcome.ok ? [] : [`${name}: ${outcome.reason}`])),
    details: Object.fromEntries(checks.map(([name, outcome]) => [name, outcome.ok ? (outcome.detail ?? 'ok') : outcome.reason])),
  };
}

/** Probes: does the process live, and is it of use. */
@Controller()
export class HealthController {
  constructor(@Inject(ReadinessRegistry) private readonly readiness: ReadinessRegistry) {}

  /** 200 as long as the process can answer at all; says nothing about Kafka or databases. */
  @Get('healthz')
  @Header('cache-control', 'no-store')
  live(): { readonly status: 'ok' } {
    return { status: 'ok' };
  }

  /** 200 where every check passes, else 503 with what is missing. */
  @Get('readyz')
  @Header('cache-control', 'no-store')
  async ready(@Res({ passthrough: true }) reply: HttpReply): Promise<ReadinessBody> {
    const report = await this.readiness.read();
    reply.status(report.ready ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE);
    return bodyOf(report);
  }
}
