/**
 * Room for what waits, in bytes: in total and for each tenant, so that one tenant cannot spend another's share.
 *
 * A tenant of whom nothing waits gets in as long as there is room in total; whoever comes to an empty queue always
 * gets in, however large, so that no call is refused for ever.
 */
export class ByteBudget {
  private readonly byTenant = new Map<string, number>();
  private total = 0;

  constructor(
    private readonly maxBytes: number,
    private readonly maxTenantBytes: number,
  ) {}

  get used(): number {
    return this.total;
  }

  /** False: there is no room, nothing was taken. */
  take(tenant: string, bytes: number): boolean {
    const ofTenant = this.byTenant.get(tenant) ?? 0;
    if (this.total > 0 && this.total + bytes > this.maxBytes) return false;
    if (ofTenant > 0 && ofTenant + bytes > this.maxTenantBytes) return false;
    this.total += bytes;
    this.byTenant.set(tenant, ofTenant + bytes);
    return true;
  }

  /** Gives back what `take` took. */
  giveBack(tenant: string, bytes: number): void {
    this.total -= bytes;
    const left = (this.byTenant.get(tenant) ?? 0) - bytes;
    if (left > 0) this.byTenant.set(tenant, left);
    else this.byTenant.delete(tenant);
  }
}
