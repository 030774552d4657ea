import {
  attributeOf,
  mayHold,
  namesOf,
  type AttributeSource,
  type Condition,
  type FilteredRecord,
  type RecordView,
} from '#domain';
import { encodeListedLog } from '#proto';
import { ViewedRecord, type FedRecord } from './fed-record.js';
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

/** Groups that ask for records with an attribute. */
interface AttributeGroups {
  readonly source: AttributeSource;
  readonly isWorthReading: (json: string) => boolean;
  readonly groups: Set<Group>;
}

/**
 * The groups of one tenant: those that ask for traces, services or an attribute by name are found by these, the others are all
 * asked.
 */
class TenantGroups {
  readonly groups = new Map<string, Group>();
  private readonly byTrace = new Map<string, Set<Group>>();
  private readonly byService = new Map<string, Set<Group>>();
  private readonly byAttribute = new Map<string, AttributeGroups>();
  private readonly others = new Set<Group>();
  /** The answer of worthAsking: one for all records. */
  private readonly asked: ReadonlySet<Group>[] = [];

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
    for (const [key, { groups }] of this.byAttribute) if (groups.size === 0) this.byAttribute.delete(key);
  }

  /** The groups that may ask for the record, each once. Valid until the next call. */
  worthAsking(record: FilteredRecord): readonly ReadonlySet<Group>[] {
    const { asked } = this;
    asked.length = 0;
    if (this.others.size > 0) asked.push(this.others);
    const ofTrace = this.byTrace.size > 0 ? this.byTrace.get(record.traceId) : undefined;
    if (ofTrace !== undefined) asked.push(ofTrace);
    const ofService = this.byService.size > 0 ? this.byService.get(record.service) : undefined;
    if (ofService !== undefined) asked.push(ofService);
    for (const { source, isWorthReading, groups } of this.byAttribute.values()) {
      if (isWorthReading(record[source])) asked.push(groups);
    }
    return asked;
  }

  /** Those that the group is in; made where it is the first. */
  private placesOf(condition: Condition): Set<Group>[] {
    const traces = namesOf(condition, 'trace');
    const services = namesOf(condition, 'service');
    const [index, names] = traces !== null ? [this.byTrace, traces] : [this.byService, services];
    if (names === null) return [this.placeByAttribute(condition)];
    return [...new Set(names)].map((name) => {
      const set = index.get(name) ?? new Set<Group>();
      index.set(name, set);
      return set;
    });
  }

  private placeByAttribute(condition: Condition): Set<Group> {
    const attribute = attributeOf(condition);
    if (attribute === null) return this.others;
    const { source, path } = attribute;
    const key = `${source}.${path}`;
    const known = this.byAttribute.get(key) ?? { source, isWorthReading: mayHold(path), groups: new Set<Group>() };
    this.byAttribute.set(key, known);
    return known.groups;
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

  /** @param walk that has stepped to the record @param burst see FedRecord */
  show(view: RecordView, tenant: string, walk: PageWalk, burst: unknown): void {
    const groups = this.tenantGroups.get(tenant);
    if (groups === undefined) return;
    const record = this.viewed.show(view);
    let fed: FedRecord | null = null;
    for (const asked of groups.worthAsking(record)) {
      for (const { matches, listeners } of asked) {
        if (!matches(record)) continue;
        fed ??= { bytes: encodeListedLog(view), position: walk.position(), burst };
        for (const listener of listeners) listener.take(fed);
      }
    }
  }
}
