import { Inject, Injectable, Module, type DynamicModule, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { DEAD_LETTERS, LOG_SOURCE } from '#bus';
import { KafkaDeadLetters, KafkaLogSource, prepareLogTopics } from '#bus/kafka';
import { ClosingError, LOGGER, Metrics, ReadinessRegistry, waitFor, type KafkaConfig, type Logger } from '#platform';
import { readJsonRecords } from '#proto';

const KAFKA = Symbol('KafkaConfig');

/** Makes or checks the topics before they are read, and tells readiness and metrics how the consumer does. */
@Injectable()
export class KafkaSourceStartup implements OnModuleInit, OnApplicationShutdown {
  private readonly stopping = new AbortController();
  private preparing: Promise<void> | null = null;
  private shortfalls: readonly string[] = [];
  private problem: string | null = 'Kafka has not been reached yet.';

  constructor(
    @Inject(KAFKA) private readonly kafka: KafkaConfig,
    @Inject(LOG_SOURCE) private readonly source: KafkaLogSource,
    @Inject(DEAD_LETTERS) private readonly deadLetters: KafkaDeadLetters,
    @Inject(ReadinessRegistry) private readonly readiness: ReadinessRegistry,
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.readiness.add({
      name: 'kafka',
      check: () => {
        const problems = [...(this.problem === null ? [] : [this.problem]), ...this.source.problems()];
        if (problems.length > 0) return Promise.resolve({ ok: false, reason: problems.join(' ') });
        return Promise.resolve({ ok: true, ...(this.shortfalls.length > 0 && { detail: this.shortfalls.join(' ') }) });
      },
    });
    this.metrics.observeLag(() => this.source.lag());
    this.preparing = this.prepare();
    // Whoever waits for it sees the failure; nobody may wait yet.
    this.preparing.catch(() => undefined);
  }

  /** Resolves once the topics are there. */
  async ready(): Promise<void> {
    await this.preparing;
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort(new ClosingError());
    await this.deadLetters.stop();
  }

  private async prepare(): Promise<void> {
    const waiting = { logger: this.logger, signal: this.stopping.signal };
    this.shortfalls = await prepareLogTopics(this.kafka, this.logger, (what, attempt) => waitFor(what, attempt, waiting));
    this.problem = null;
  }
}

/** The bus's consuming side on Kafka. */
@Module({})
export class KafkaSourceModule {
  static register(kafka: KafkaConfig): DynamicModule {
    return {
      module: KafkaSourceModule,
      providers: [
        {
          provide: DEAD_LETTERS,
          inject: [LOGGER],
          useFactory: (logger: Logger) => new KafkaDeadLetters({ connection: kafka, topic: kafka.dlqTopic, logger }),
        },
        {
          provide: LOG_SOURCE,
          inject: [LOGGER, DEAD_LETTERS],
          useFactory: (logger: Logger, deadLetters: KafkaDeadLetters) =>
            new KafkaLogSource({
              connection: kafka,
              topic: kafka.topic,
              groupId: kafka.groupId,
              sessionTimeoutMs: kafka.sessionTimeoutMs,
              deadLetters,
              decodeForeign: (value) => {
                const read = readJsonRecords(value);
                return read.kind === 'records' ? read : { unreadable: read.reason };
              },
              logger,
            }),
        },
        { provide: KAFKA, useValue: kafka },
        KafkaSourceStartup,
      ],
      exports: [DEAD_LETTERS, LOG_SOURCE, KafkaSourceStartup],
    };
  }
}
