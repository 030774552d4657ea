/** Which traces a batch touches, and since when each has an error. */
export class TraceTally {
  /** Tenant -> trace id -> receipt of its first error in this batch (ms), 0 where it has none here. */
  readonly byTenant = new Map<string, Map<string, number>>();
  private tenant = '';
  private pending = new Map<string, number>();
  private source: Buffer = EMPTY;
  private lastStart = 0;
  private lastEnd = 0;
  private lastErrorAt = 0;

  clear(): void {
    this.byTenant.clear();
  }

  /** Begins a message; what it adds counts from `commit` on. */
  open(tenant: string, source: Buffer): void {
    this.tenant = tenant;
    this.source = source;
    this.pending = new Map();
    this.lastStart = this.lastEnd = 0;
  }

  add(start: number, end: number, errorAt: number): void {
    if (start === end) return;
    // Senders put a trace's records side by side: most records cost one comparison.
    if (this.isLast(start, end) && (errorAt === 0 || this.lastErrorAt !== 0)) return;
    this.lastStart = start;
    this.lastEnd = end;
    const traceId = this.source.toString('utf8', start, end);
    this.lastErrorAt = earliest(this.pending.get(traceId) ?? 0, errorAt);
    this.pending.set(traceId, this.lastErrorAt);
  }

  commit(): void {
    const known = this.byTenant.get(this.tenant);
    if (known === undefined) this.byTenant.set(this.tenant, this.pending);
    else for (const [traceId, errorAt] of this.pending) known.set(traceId, earliest(known.get(traceId) ?? 0, errorAt));
    this.source = EMPTY;
  }

  private isLast(start: number, end: number): boolean {
    if (end - start !== this.lastEnd - this.lastStart) return false;
    for (let i = 0; i < end - start; i++) if (this.source[start + i] !== this.source[this.lastStart + i]) return false;
    return true;
  }
}

const EMPTY = Buffer.alloc(0);

/** 0 means never. */
function earliest(a: number, b: number): number {
  return a === 0 ? b : b === 0 ? a : Math.min(a, b);
}
