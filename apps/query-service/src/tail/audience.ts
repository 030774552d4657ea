import { namesOf, type Condition, type FilteredRecord, type RecordView } from '#domain';
import { ViewedRecord, recordBytes, type FedRecord } from './fed-record.js';
import type { PageWalk } from './page-walk.js';

/** Somebody who is fed with records. */
export interface FeedListener {
  readonly tenant: string;
  /** Whoever has the same key asks for the same records of the tenant. */
  readonly key: string;
  /** What every record that matches fulfils. */
  readonly condition: Condition;
  readonly matches: (record: FilteredRecord) => boolean;
  /** Takes a record that matches; must not wait. */
  take(record: FedRecord): void;
}

/** Listeners that ask the same. */
interface Group {
  readonly listeners: Set<FeedListener>;
  readonly matches: FeedListener['matches'];
}

/** The groups of one tenant: those that ask for traces or services by name are found by these, the others are all asked. */
class TenantGroups {
  readonly groups = new Map<string, Group>();
  private readonly byTrace = new Map<string, Set<Group>>();
  private readonly byService = new Map<string, Set<Group>>();
  private readonly others = new Set<Group>();

  add(listener: FeedListener): void {
    const known = this.groups.get(listener.key);
    if (known !== undefined) {
      known.listeners.add(listener);
      return;
    }
    const group = { listeners: new Set([listener]), matches: listener.matches };
    this.groups.set(listener.key, group);
    for (const set of this.placesOf(listener.condition)) set.add(group);
  }

  remove(listener: FeedListener): void {
    const group = this.groups.get(listener.key);
    if (group === undefined) return;
    group.listeners.delete(listener);
    if (group.listeners.size > 0) return;
    this.groups.delete(listener.key);
    for (const set of this.placesOf(listener.condition)) set.delete(group);
    for (const index of [this.byTrace, this.byService]) {
      for (const [name, set] of index) if (set.size === 0) index.delete(name);
    }
  }

  /** Each group that may ask for the record, once. */
  *worthAsking(record: FilteredRecord): Generator<Group, void> {
    yield* this.others;
    if (this.byTrace.size > 0) yield* this.byTrace.get(record.traceId) ?? [];
    if (this.byService.size > 0) yield* this.byService.get(record.service) ?? [];
  }

  private placesOf(condition: Condition): Set<Group>[] {
    const traces = namesOf(condition, 'trace');
    const services = namesOf(condition, 'service');
    const [index, names] = traces !== null ? [this.byTrace, traces] : [this.byService, services];
    if (names === null) return [this.others];
    return [...new Set(names)].map((name) => {
      const set = index.get(name) ?? new Set<Group>();
      index.set(name, set);
      return set;
    });
  }
}

/** Everybody who is fed, by what they ask for: a record is matched once for all who ask the same, and encoded once for all. */
export class Audience {
  private readonly tenantGroups = new Map<string, TenantGroups>();
  private readonly viewed = new ViewedRecord();

  get tenants(): readonly string[] {
    return [...this.tenantGroups.keys()];
  }

  get isEmpty(): boolean {
    return this.tenantGroups.size === 0;
  }

  add(listener: FeedListener): void {
    const groups = this.tenantGroups.get(listener.tenant) ?? new TenantGroups();
    this.tenantGroups.set(listener.tenant, groups);
    groups.add(listener);
  }

  remove(listener: FeedListener): void {
    const tenant = this.tenantGroups.get(listener.tenant);
    tenant?.remove(listener);
    if (tenant?.groups.size === 0) this.tenantGroups.delete(listener.tenant);
  }

  /** @param walk that has stepped to the record */
  show(view: RecordView, tenant: string, walk: PageWalk): void {
    const groups = this.tenantGroups.get(tenant);
    if (groups === undefined) return;
    const record = this.viewed.show(view);
    let fed: FedRecord | null = null;
    for (const { matches, listeners } of groups.worthAsking(record)) {
      if (!matches(record)) continue;
      fed ??= { bytes: recordBytes(view), position: walk.position(), page: walk };
      for (const listener of listeners) listener.take(fed);
    }
  }
}
