import { patternOf, type ErrorDag, type Instant, type TracePattern } from '#domain';
import type { DagReader, DagWriter, NewDag } from '../api/dag-store.js';
import type { PatternEvents } from '../api/pattern-events.js';
import type { PatternPageRequest, PatternReader, PatternStateWriter, StoredPattern } from '../api/pattern-store.js';
import { freshName } from './batches.js';

/** What the store's own rows say, counted anew from the DAGs. */
export interface PatternRecount {
  readonly id: string;
  readonly traceCount: number;
  readonly firstSeen: Instant;
  readonly lastSeen: Instant;
  readonly hours: readonly { readonly start: Instant; readonly traceCount: number }[];
}

/** An adapter on a real, empty store. */
export interface PatternStoreUnderTest {
  /** Of builders that share nothing but the store. */
  readonly writers: readonly DagWriter[];
  readonly dags: DagReader;
  readonly reader: PatternReader;
  readonly states: PatternStateWriter;
  readonly events: PatternEvents;
  /** Patterns that have a trace, by id, from nothing but the stored DAGs. */
  recount(tenant: string): Promise<readonly PatternRecount[]>;
  close(): Promise<void>;
}

export const HOUR = 3_600;
export const NOON = 1_744_804_800;
/** Seconds after NOON; later than any resolution in these tests. */
export const FUTURE = 2_000_000_000;
/** The instant so many seconds after a full hour. */
export const at = (seconds: number): Instant => ({ seconds: NOON + seconds, nanos: 0 });

const DAG: ErrorDag = {
  rootSpanId: 's',
  nodes: [],
  edges: [],
  rootCauses: [],
  errorCount: 1,
  spanCount: 2,
  logCount: 3,
  services: ['shop'],
  firstTime: at(0),
  lastTime: at(0),
  firstErrorTime: at(0),
  warnings: [],
  truncated: false,
};

/** The pattern of failures that begin in `service` with `message` and reach api-gateway. */
export function pattern(message: string, service = 'inventory'): TracePattern {
  return patternOf({ causeService: service, causeMessage: message, chain: [service, 'api-gateway'] });
}

/** A store under test as one tenant sees it, another tenant for each test. */
export class PatternBed {
  tenant = '';

  constructor(readonly store: PatternStoreUnderTest) {}

  renew(): void {
    this.tenant = freshName('tenant');
  }

  dagOf(traceId: string, some: TracePattern | null, seconds = 0, version = 1n): NewDag {
    return { tenant: this.tenant, traceId, version, dag: { ...DAG, firstErrorTime: at(seconds) }, pattern: some };
  }

  async put(...dags: readonly NewDag[]): Promise<void> {
    await this.writer(0).put(dags);
  }

  /** @param index any: builders take turns */
  writer(index: number): DagWriter {
    const { writers } = this.store;
    const found = writers[index % writers.length];
    if (found === undefined) throw new Error('the store under test has no writer');
    return found;
  }

  async list(request: Partial<PatternPageRequest> = {}): Promise<readonly StoredPattern[]> {
    const all = { tenant: this.tenant, order: 'last_seen', limit: 100, maxBytes: 1e9 } as const;
    return (await this.store.reader.list({ ...all, ...request })).patterns;
  }

  async titles(request?: Partial<PatternPageRequest>): Promise<readonly string[]> {
    return (await this.list(request)).map(({ title }) => title);
  }

  /** `new ID` or `regression ID`, in order. */
  async eventsOf(): Promise<readonly string[]> {
    const events = await this.store.events.after(0n, 1_000_000);
    return events.filter(({ tenant }) => tenant === this.tenant).map(({ kind, patternId }) => `${kind} ${patternId}`);
  }

  /** What readers are told, in the form of a recount. */
  async told(): Promise<readonly PatternRecount[]> {
    const rows = (await this.list()).map(async ({ id, traceCount, firstSeen, lastSeen }) => {
      const hours = await this.store.reader.timeline({ tenant: this.tenant, id, limit: 10_000 });
      return { id, traceCount, firstSeen, lastSeen, hours };
    });
    return (await Promise.all(rows)).sort((a, b) => (a.id < b.id ? -1 : 1));
  }
}
