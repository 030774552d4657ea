import { ServiceNames } from './service-names.js';

/** Seconds of time that are counted together. */
export const CELL_SECONDS = 10;
const DAY_MS = 86_400_000;
/** Severities are 1 to 24. */
const SEVERITIES = 32;

/** Records of a tenant, of ten seconds of time, of a day of receipt. */
interface Cell {
  readonly tenant: string;
  /** Number of the ten seconds since 1970. */
  readonly number: number;
  /** Number of the UTC day of receipt since 1970. */
  readonly day: number;
  /** Number of the service * SEVERITIES + severity -> records. */
  readonly counts: Map<number, number>;
}

/** One line of what was counted. */
export interface CountedRecords {
  readonly tenant: string;
  /** First second of the ten, since 1970. */
  readonly startsAt: number;
  /** UTC day of receipt, such as 2026-11-21. */
  readonly receivedOn: string;
  readonly service: string;
  readonly severity: number;
  readonly count: number;
}

/** Counts the rows of a batch by tenant, ten seconds of time, day of receipt, service and severity. */
export class CountTally {
  private readonly names = new ServiceNames();
  private cells = new Map<string, Cell>();
  private tenant = '';
  private day = 0;
  private last: Cell | null = null;

  clear(): void {
    this.cells = new Map();
    this.last = null;
    this.names.trim();
  }

  /** Begins a message. @param receivedAt milliseconds since 1970 */
  open(tenant: string, receivedAt: number): void {
    this.tenant = tenant;
    this.day = Math.floor(receivedAt / DAY_MS);
    this.last = null;
  }

  /** @param seconds of the record's time, since 1970; its service lies from `start` to before `end` */
  add(seconds: number, source: Buffer, start: number, end: number, severity: number): void {
    const number = Math.floor(seconds / CELL_SECONDS);
    const cell = this.last !== null && this.last.number === number ? this.last : this.enter(number);
    const key = this.names.numberOf(source, start, end) * SEVERITIES + severity;
    cell.counts.set(key, (cell.counts.get(key) ?? 0) + 1);
  }

  *lines(): Generator<CountedRecords> {
    for (const { tenant, number, day, counts } of this.cells.values()) {
      const receivedOn = new Date(day * DAY_MS).toISOString().slice(0, 10);
      const startsAt = number * CELL_SECONDS;
      for (const [key, count] of counts) {
        const service = this.names.nameOf(Math.floor(key / SEVERITIES));
        yield { tenant, startsAt, receivedOn, service, severity: key % SEVERITIES, count };
      }
    }
  }

  private enter(number: number): Cell {
    const { tenant, day } = this;
    const key = `${number} ${day} ${tenant}`;
    let cell = this.cells.get(key);
    if (cell === undefined) this.cells.set(key, (cell = { tenant, number, day, counts: new Map() }));
    this.last = cell;
    return cell;
  }
}
