import { BrokerLink } from './broker-link.js';
import type { KafkaConnection } from './connection.js';
import type { BusLogger } from './logging.js';
import { type BrokerAddress, metadataCall, type TopicView } from './protocol/metadata-call.js';

const REQUEST_TIMEOUT_MS = 5_000;

/**
 * Asks the cluster who it is, what a topic's id is and who leads its partitions.
 *
 * Keeps one connection to whichever bootstrap broker answers; calls share a question that is under way. Every method
 * rejects where no broker answers; the next call tries the next bootstrap address.
 */
export class ClusterClient {
  private seed: Promise<BrokerLink> | null = null;
  private seedIndex = 0;
  private readonly underWay = new Map<string, Promise<TopicView>>();
  private closed = false;

  constructor(
    private readonly connection: KafkaConnection,
    private readonly logger: BusLogger,
  ) {}

  async describe(topic: string): Promise<TopicView> {
    const shared = this.underWay.get(topic);
    if (shared) return shared;
    const asked = this.ask(topic).finally(() => this.underWay.delete(topic));
    this.underWay.set(topic, asked);
    return asked;
  }

  /** A connection of its own to the leader of a partition. Rejects while there is no leader. */
  async openLeader(view: TopicView, topic: string, partition: number): Promise<BrokerLink> {
    const leader = view.topic?.partitions.find((entry) => entry.partition === partition)?.leader ?? -1;
    const address = view.brokers.get(leader);
    if (!address) throw new Error(`partition ${partition} of topic ${topic} has no leader now`);
    return BrokerLink.open(this.connection, address, this.logger, REQUEST_TIMEOUT_MS);
  }

  close(): void {
    this.closed = true;
    this.dropSeed();
  }

  private async ask(topic: string): Promise<TopicView> {
    if (this.closed) throw new Error('closed');
    this.seed ??= this.openSeed();
    try {
      const link = await this.seed;
      return await link.call(metadataCall(topic));
    } catch (error) {
      this.dropSeed();
      throw error;
    }
  }

  private openSeed(): Promise<BrokerLink> {
    const { brokers } = this.connection;
    const address = parseAddress(brokers[this.seedIndex++ % brokers.length] ?? '');
    return BrokerLink.open(this.connection, address, this.logger, REQUEST_TIMEOUT_MS);
  }

  private dropSeed(): void {
    this.seed?.then(
      (link) => link.close(),
      () => undefined,
    );
    this.seed = null;
  }
}

/** `host:port` or `[v6]:port`. */
function parseAddress(text: string): BrokerAddress {
  const colon = text.lastIndexOf(':');
  const port = Number(text.slice(colon + 1));
  if (colon < 1 || !Number.isInteger(port) || port < 1 || port > 65_535)
    throw new Error(`"${text}" is not a broker address: write host:port`);
  return { host: text.slice(0, colon).replace(/^\[|\]$/g, ''), port };
}
