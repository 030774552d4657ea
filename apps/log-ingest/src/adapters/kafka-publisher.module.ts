import { Inject, Injectable, Module, type DynamicModule, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { LOG_PUBLISHER } from '#bus';
import { KafkaLogPublisher, prepareLogTopics } from '#bus/kafka';
import { ClosingError, LOGGER, ReadinessRegistry, waitFor, type Config, type KafkaConfig, type Logger } from '#platform';

const KAFKA = Symbol('KafkaConfig');

/** Makes the topics where they are missing, connects the publisher, and tells readiness about both. */
@Injectable()
class KafkaPublisherStartup implements OnModuleInit, OnApplicationShutdown {
  private readonly stopping = new AbortController();
  private shortfalls: readonly string[] = [];

  constructor(
    @Inject(KAFKA) private readonly kafka: KafkaConfig,
    @Inject(LOG_PUBLISHER) private readonly publisher: KafkaLogPublisher,
    @Inject(ReadinessRegistry) private readonly readiness: ReadinessRegistry,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.readiness.add({
      name: 'kafka (publishing)',
      check: () => {
        const problems = this.publisher.problems();
        if (problems.length > 0) return Promise.resolve({ ok: false, reason: problems.join(' ') });
        return Promise.resolve({ ok: true, ...(this.shortfalls.length > 0 && { detail: this.shortfalls.join(' ') }) });
      },
    });
    this.start().catch((error: unknown) => {
      if (!this.stopping.signal.aborted) this.logger.error({ err: error }, 'The Kafka publisher could not be started.');
    });
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort(new ClosingError());
    await this.publisher.stop();
  }

  private async start(): Promise<void> {
    const waiting = { logger: this.logger, signal: this.stopping.signal };
    this.shortfalls = await prepareLogTopics(this.kafka, this.logger, (what, attempt) => waitFor(what, attempt, waiting));
    await this.publisher.start();
  }
}

/** The bus's publishing side on Kafka. */
@Module({})
export class KafkaPublisherModule {
  static register(kafka: KafkaConfig, queue: Config['queue']): DynamicModule {
    return {
      module: KafkaPublisherModule,
      providers: [
        { provide: KAFKA, useValue: kafka },
        {
          provide: LOG_PUBLISHER,
          inject: [LOGGER],
          useFactory: (logger: Logger) =>
            new KafkaLogPublisher({
              connection: kafka,
              topic: kafka.topic,
              logger,
              limits: { queueBytes: queue.maxBytes, tenantBytes: queue.maxTenantBytes },
            }),
        },
        KafkaPublisherStartup,
      ],
      exports: [LOG_PUBLISHER],
    };
  }
}
