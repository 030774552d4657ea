import type { FilteredRecord, RecordView } from '#domain';
import { ViewedRecord, recordBytes, type FedRecord } from './fed-record.js';
import type { PageWalk } from './page-walk.js';

/** Somebody who is fed with records. */
export interface FeedListener {
  readonly tenant: string;
  /** Whoever has the same key asks for the same records of the tenant. */
  readonly key: string;
  readonly matches: (record: FilteredRecord) => boolean;
  /** Takes a record that matches; must not wait. */
  take(record: FedRecord): void;
}

interface Group {
  readonly matches: FeedListener['matches'];
  readonly listeners: Set<FeedListener>;
}

/** Everybody who is fed, by what they ask for: a record is matched once for all who ask the same, and encoded once for all. */
export class Audience {
  private readonly tenantGroups = new Map<string, Map<string, Group>>();
  private readonly viewed = new ViewedRecord();

  get tenants(): readonly string[] {
    return [...this.tenantGroups.keys()];
  }

  get isEmpty(): boolean {
    return this.tenantGroups.size === 0;
  }

  add(listener: FeedListener): void {
    const groups = this.tenantGroups.get(listener.tenant) ?? new Map<string, Group>();
    this.tenantGroups.set(listener.tenant, groups);
    const group = groups.get(listener.key) ?? { matches: listener.matches, listeners: new Set() };
    groups.set(listener.key, group);
    group.listeners.add(listener);
  }

  remove(listener: FeedListener): void {
    const groups = this.tenantGroups.get(listener.tenant);
    const group = groups?.get(listener.key);
    group?.listeners.delete(listener);
    if (group?.listeners.size === 0) groups?.delete(listener.key);
    if (groups?.size === 0) this.tenantGroups.delete(listener.tenant);
  }

  /** @param walk that has stepped to the record */
  show(view: RecordView, tenant: string, walk: PageWalk): void {
    const groups = this.tenantGroups.get(tenant);
    if (groups === undefined) return;
    const record = this.viewed.show(view);
    let fed: FedRecord | null = null;
    for (const { matches, listeners } of groups.values()) {
      if (!matches(record)) continue;
      fed ??= { bytes: recordBytes(view), position: walk.position(), page: walk };
      for (const listener of listeners) listener.take(fed);
    }
  }
}
