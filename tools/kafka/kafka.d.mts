/** Java 17 or newer is there, and Maven where Kafka is still to be fetched. */
export type KafkaAvailability = { readonly available: true } | { readonly available: false; readonly reason: string };

/** Whether a broker can be run here. */
export function kafkaAvailability(): Promise<KafkaAvailability>;

/**
 * Fetches Kafka's jars (43 MB) from Maven Central into .cache/kafka, where they are not there yet.
 *
 * @returns the folder of the jars; rejects with Maven's words where it fails
 */
export function installKafka(onProgress?: (phase: string) => void): Promise<string>;

export interface KafkaOptions {
  /** Folder of the instance, which keeps its data. Default: a temporary one, which goes when this process dies. */
  readonly dataDir?: string;
  /** Default 0: a free one. */
  readonly port?: number;
  readonly onProgress?: (phase: string) => void;
}

/** A broker that is killed when this process dies without stopping it. */
export interface Kafka {
  /** host:port; the same for its whole life. */
  readonly brokers: string;
  /** Folder of the instance; kafka.log in it is the broker's log. */
  readonly folder: string;
  /** Process id of the broker that was started last. */
  readonly pid: number;
  /** Ends the broker in order; its data stays. Resolves when it is gone, at once where it is gone already. */
  stop(): Promise<void>;
  /** SIGKILL; its data stays. Resolves when it is gone. */
  kill(): Promise<void>;
  /** Starts the broker on its data and port again, having stopped it where it runs. Resolves when it answers. */
  restart(): Promise<void>;
  /** Kills the broker and removes its folder. */
  remove(): Promise<void>;
}

/**
 * Starts a broker, fetching Kafka first where need be. Resolves when it answers; the first requests to coordinators
 * (consumer groups, idempotent producers) may still be answered with "loading", which clients retry.
 */
export function startKafka(options?: KafkaOptions): Promise<Kafka>;
