import { readdirSync, readFileSync } from 'node:fs';
import { round } from './percentiles.js';

/** A process whose cost is counted, together with all its descendants. */
export interface MeasuredProcess {
  readonly name: string;
  readonly pid: number;
  /** Whether its resident memory is of interest. */
  readonly isNode: boolean;
}

export interface MemoryUse {
  readonly maxMb: number;
  /** The largest of each third of the time: three equal numbers do not grow. */
  readonly thirdsMb: readonly number[];
}

/** USER_HZ: 100 on every Linux that Node runs on. */
const TICKS_A_SECOND = 100;
const PAGE_BYTES = 4096;
const SAMPLE_EVERY_MS = 500;

/**
 * CPU seconds that a process and its descendants have used so far, ended ones included.
 *
 * Source: proc_pid_stat(5): utime, stime, and cutime, cstime of children that were waited for. So PostgreSQL's back ends count
 * whether they still run or not.
 */
export function cpuSeconds(pid: number): number {
  const stats = readStats();
  return treeOf(pid, stats).reduce((sum, each) => sum + (stats.get(each)?.ticks ?? 0), 0) / TICKS_A_SECOND;
}

/** The process and its descendants, parents first. */
export function processTree(pid: number): readonly number[] {
  return treeOf(pid, readStats());
}

function readStats(): ReadonlyMap<number, Stat> {
  const stats = new Map<number, Stat>();
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? readStat(Number(name)) : null;
    if (stat !== null) stats.set(Number(name), stat);
  }
  return stats;
}

function treeOf(pid: number, stats: ReadonlyMap<number, Stat>): number[] {
  const tree = new Set([pid]);
  for (const each of tree) for (const [child, { parent }] of stats) if (parent === each) tree.add(child);
  return [...tree];
}

interface Stat {
  readonly parent: number;
  readonly ticks: number;
}

/** Null: the process has ended meanwhile. */
function readStat(pid: number): Stat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in parentheses may hold anything; fields are counted from behind it: state, ppid, ...
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const ticks = [11, 12, 13, 14].reduce((sum, field) => sum + Number(fields[field]), 0);
    return { parent: Number(fields[1]), ticks };
  } catch {
    return null;
  }
}

/** CPU and memory of processes between its making and `end`. */
export class UsageMeter {
  private readonly before: ReadonlyMap<MeasuredProcess, number>;
  private readonly samples = new Map<MeasuredProcess, number[]>();
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly processes: readonly MeasuredProcess[]) {
    this.before = new Map(processes.map((each) => [each, cpuSeconds(each.pid)]));
    this.sample();
    this.timer = setInterval(() => this.sample(), SAMPLE_EVERY_MS);
  }

  /** @param units what was done meanwhile, such as stored records */
  end(units: number): { readonly cpuMicros: Record<string, number>; readonly rss: Record<string, MemoryUse> } {
    clearInterval(this.timer);
    const used = this.processes.map((each) => {
      const seconds = cpuSeconds(each.pid) - (this.before.get(each) ?? 0);
      return [each.name, round((seconds * 1e6) / units)] as const;
    });
    const rss = [...this.samples].map(([each, values]) => [each.name, memoryUse(values)] as const);
    return { cpuMicros: Object.fromEntries(used), rss: Object.fromEntries(rss) };
  }

  private sample(): void {
    for (const each of this.processes.filter(({ isNode }) => isNode)) {
      try {
        const pages = Number(readFileSync(`/proc/${each.pid}/statm`, 'latin1').split(' ')[1]);
        const values = this.samples.get(each) ?? [];
        values.push((pages * PAGE_BYTES) / 1024 / 1024);
        this.samples.set(each, values);
      } catch {
        // It has ended: whoever needs it will say so.
      }
    }
  }
}

function memoryUse(values: readonly number[]): MemoryUse {
  const third = Math.ceil(values.length / 3);
  const largest = (part: readonly number[]): number => Math.round(Math.max(0, ...part));
  return { maxMb: largest(values), thirdsMb: [0, 1, 2].map((i) => largest(values.slice(i * third, (i + 1) * third))) };
}
