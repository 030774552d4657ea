import type { TraceRecord } from '../../error-dag.js';
import type { Scenario } from './scenario.js';
import { instantAt } from './scenario.js';

/** A way to tell the same failure differently: its cause stays the same. */
export interface Variation {
  readonly name: string;
  /** Null where it would change the scenario's meaning. */
  apply(scenario: Scenario): Scenario | null;
}

/** Whole ms since the scenarios' epoch. */
function msOf({ time }: TraceRecord): number {
  const epoch = instantAt(0);
  return (time.seconds - epoch.seconds) * 1000 + time.nanos / 1e6;
}

function withRecords(scenario: Scenario, change: (record: TraceRecord, index: number) => TraceRecord): Scenario {
  return { ...scenario, records: scenario.records.map(change) };
}

/** A small generator of whole numbers, the same in every run. */
function pseudoRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

const services = ({ records }: Scenario): string[] => [...new Set(records.map(({ service }) => service))];

/** One service's clock is off. Traces with spans are left out: their clocks would have to be shifted alike. */
function skewed(name: string, which: number, ms: number): Variation {
  return {
    name,
    apply(scenario) {
      const service = services(scenario).at(which);
      if (scenario.traceSpans.length > 0 || service === undefined || services(scenario).length < 2) return null;
      return withRecords(scenario, (record) =>
        record.service === service
          ? { ...record, time: instantAt(msOf(record) + 20_000 + ms) }
          : { ...record, time: instantAt(msOf(record) + 20_000) },
      );
    },
  };
}

export const VARIATIONS: readonly Variation[] = [
  { name: 'as told', apply: (scenario) => scenario },
  { name: 'in reverse order', apply: (scenario) => ({ ...scenario, records: [...scenario.records].reverse() }) },
  {
    name: 'with jitter of a millisecond',
    apply(scenario) {
      if (scenario.traceSpans.length > 0) return null;
      const random = pseudoRandom(scenario.records.length);
      return withRecords(scenario, (record) => ({ ...record, time: instantAt(msOf(record) + random()) }));
    },
  },
  {
    name: 'below two more callers that say nothing of it',
    apply(scenario) {
      const [first] = scenario.records;
      if (first === undefined || scenario.traceSpans.length > 0) return null;
      const above = (spanId: string, parentId: string, service: string): TraceRecord => ({
        ...first,
        id: `above ${spanId}`,
        spanId,
        parentId,
        service,
        message: 'handling request',
        severity: 9,
        attributes: '',
      });
      const lowered = scenario.records.map((record) => (record.parentId === '' ? { ...record, parentId: 'above2' } : record));
      return { ...scenario, records: [above('above1', '', 'edge'), above('above2', 'above1', 'router'), ...lowered] };
    },
  },
  {
    name: 'with debug records in between',
    apply(scenario) {
      const extra = scenario.records.map((record, index) => ({
        ...record,
        id: `extra ${index}`,
        severity: 5,
        message: `pool size ${index}`,
        attributes: '',
      }));
      return { ...scenario, records: [...scenario.records, ...extra] };
    },
  },
  skewed('with the second service 300 ms ahead', 1, 300),
  skewed('with the last service 2.5 s ahead', -1, 2500),
  skewed('with the last service 1.7 s behind', -1, -1700),
];
