/** Traces of a message that are known without making a text of their id; a power of two. */
const RECENT = 256;

/** Which traces a batch touches, and since when each has an error. */
export class TraceTally {
  /** Tenant -> trace id -> receipt of its first error in this batch (ms), 0 where it has none here. */
  readonly byTenant = new Map<string, Map<string, number>>();
  private tenant = '';
  private pending = new Map<string, number>();
  private source: Buffer = EMPTY;
  /** Number of the message, so that what was recent in another one counts for nothing. */
  private message = 0;
  private readonly recentIn = new Int32Array(RECENT);
  private readonly recentStarts = new Int32Array(RECENT);
  private readonly recentEnds = new Int32Array(RECENT);
  private readonly recentFailed = new Uint8Array(RECENT);

  clear(): void {
    this.byTenant.clear();
  }

  /** Begins a message; what it adds counts from `commit` on. */
  open(tenant: string, source: Buffer): void {
    this.tenant = tenant;
    this.source = source;
    this.pending = new Map();
    this.message = (this.message + 1) | 0;
  }

  add(start: number, end: number, errorAt: number): void {
    if (start === end) return;
    // Records of a trace stand near each other: most cost one comparison.
    const slot = this.slotOf(end);
    if (this.isRecent(slot, start, end) && (errorAt === 0 || this.recentFailed[slot] === 1)) return;
    const traceId = this.source.toString('utf8', start, end);
    const firstError = earliest(this.pending.get(traceId) ?? 0, errorAt);
    this.pending.set(traceId, firstError);
    this.recentIn[slot] = this.message;
    this.recentStarts[slot] = start;
    this.recentEnds[slot] = end;
    this.recentFailed[slot] = firstError === 0 ? 0 : 1;
  }

  commit(): void {
    const known = this.byTenant.get(this.tenant);
    if (known === undefined) this.byTenant.set(this.tenant, this.pending);
    else for (const [traceId, errorAt] of this.pending) known.set(traceId, earliest(known.get(traceId) ?? 0, errorAt));
    this.source = EMPTY;
  }

  private slotOf(end: number): number {
    const { source } = this;
    return ((source[end - 1] ?? 0) * 961 + (source[end - 2] ?? 0) * 31 + (source[end - 3] ?? 0)) & (RECENT - 1);
  }

  private isRecent(slot: number, start: number, end: number): boolean {
    if (this.recentIn[slot] !== this.message) return false;
    const { source } = this;
    const known = this.recentStarts[slot] ?? 0;
    if (end - start !== (this.recentEnds[slot] ?? 0) - known) return false;
    for (let i = 0; i < end - start; i++) if (source[start + i] !== source[known + i]) return false;
    return true;
  }
}

const EMPTY = Buffer.alloc(0);

/** 0 means never. */
function earliest(a: number, b: number): number {
  return a === 0 ? b : b === 0 ? a : Math.min(a, b);
}
