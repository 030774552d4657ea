import { Inject, Injectable, Module, type DynamicModule, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { DEAD_LETTERS, LOG_SOURCE } from '#bus';
import {
  KafkaDeadLetters,
  KafkaLogSource,
  SeveralSources,
  prepareLogTopics,
  type ForeignDecoder,
  type KafkaLogSourceOptions,
} from '#bus/kafka';
import {
  ClosingError,
  LOGGER,
  Metrics,
  ReadinessRegistry,
  waitFor,
  type KafkaConfig,
  type Logger,
  type TopicFormat,
} from '#platform';
import { readFilebeatRecords, readJsonRecords, type JsonRecords } from '#proto';

const KAFKA = Symbol('KafkaConfig');
const SOURCES = Symbol('KafkaSources');

/** Of the topic of records, and of those of other programs. */
interface KafkaSources {
  readonly own: KafkaLogSource;
  readonly others: readonly KafkaLogSource[];
}

/** JSON and NDJSON are told apart by their bytes. */
const READERS: Readonly<Record<TopicFormat, (value: Buffer) => JsonRecords>> = {
  filebeat: readFilebeatRecords,
  json: readJsonRecords,
  ndjson: readJsonRecords,
};

/** Makes or checks the topics before they are read, and tells readiness and metrics how the consumer does. */
@Injectable()
export class KafkaSourceStartup implements OnModuleInit, OnApplicationShutdown {
  private readonly stopping = new AbortController();
  private preparing: Promise<void> | null = null;
  private shortfalls: readonly string[] = [];
  private problem: string | null = 'Kafka has not been reached yet.';

  constructor(
    @Inject(KAFKA) private readonly kafka: KafkaConfig,
    @Inject(SOURCES) private readonly sources: KafkaSources,
    @Inject(DEAD_LETTERS) private readonly deadLetters: KafkaDeadLetters,
    @Inject(ReadinessRegistry) private readonly readiness: ReadinessRegistry,
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.readiness.add({
      name: 'kafka',
      check: () => {
        const { own, others } = this.sources;
        const problems = [...(this.problem === null ? [] : [this.problem]), ...own.problems()];
        if (problems.length > 0) return Promise.resolve({ ok: false, reason: problems.join(' ') });
        // Other programs' topics are told of, but what is sent to Rootspan itself goes on.
        const details = [...this.shortfalls, ...others.flatMap((source) => source.problems())];
        return Promise.resolve({ ok: true, ...(details.length > 0 && { detail: details.join(' ') }) });
      },
    });
    this.metrics.observeLag(() => [this.sources.own, ...this.sources.others].flatMap((source) => source.lag()));
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
          provide: SOURCES,
          inject: [LOGGER, DEAD_LETTERS],
          useFactory: (logger: Logger, deadLetters: KafkaDeadLetters) => sourcesOf(kafka, logger, deadLetters),
        },
        {
          provide: LOG_SOURCE,
          inject: [SOURCES, LOGGER],
          useFactory: ({ own, others }: KafkaSources, logger: Logger) =>
            new SeveralSources(own, others, (err) => logger.error({ err }, 'A topic of INGEST_TOPICS is not read.')),
        },
        { provide: KAFKA, useValue: kafka },
        KafkaSourceStartup,
      ],
      exports: [DEAD_LETTERS, LOG_SOURCE, KafkaSourceStartup],
    };
  }
}

function sourcesOf(kafka: KafkaConfig, logger: Logger, deadLetters: KafkaDeadLetters): KafkaSources {
  const common = { connection: kafka, sessionTimeoutMs: kafka.sessionTimeoutMs, deadLetters, logger };
  const source = (format: TopicFormat, options: Pick<KafkaLogSourceOptions, 'topic' | 'groupId' | 'isForeign'>) =>
    new KafkaLogSource({ ...common, ...options, decodeForeign: decoderOf(format) });
  return {
    own: source('json', { topic: kafka.topic, groupId: kafka.groupId }),
    // Members of one group have to read the same topics; so that each may be configured apart, each topic has a group.
    others: kafka.ingestTopics.map(({ format, topic }) =>
      source(format, { topic, groupId: `${kafka.groupId}.${topic}`, isForeign: true }),
    ),
  };
}

function decoderOf(format: TopicFormat): ForeignDecoder {
  return (value) => {
    const read = READERS[format](value);
    return read.kind === 'records' ? read : { unreadable: read.reason };
  };
}
