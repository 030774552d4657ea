import type { FilteredRecord, Instant, RecordView, StorePosition } from '#domain';
import { encodeLogList } from '#proto';

/** A record on its way to those who tail; shared by all of them. */
export interface FedRecord {
  /** As the field `logs` of a LogList, which is that of a TailLogsResponse too. */
  readonly bytes: Buffer;
  /** The position behind it. */
  readonly position: () => StorePosition;
  /** The same for all records that come in one go. */
  readonly burst: unknown;
}

/** A record as the field `logs` of a LogList. */
export function recordBytes(view: RecordView): Buffer {
  return encodeLogList({ more: false, forEach: (take) => take(view) }, () => '');
}

/** Shows filters the record that a view shows; what is looked at more than once is decoded once. */
export class ViewedRecord implements FilteredRecord {
  private readonly texts = new Map<string, string>();
  private view: RecordView | null = null;

  show(view: RecordView): this {
    this.view = view;
    this.texts.clear();
    return this;
  }

  get time(): Instant {
    return this.shown.time;
  }

  get severity(): number {
    return this.shown.severity;
  }

  get service(): string {
    return this.text('service', this.shown.serviceStart, this.shown.serviceEnd);
  }

  get traceId(): string {
    return this.text('trace', this.shown.traceIdStart, this.shown.traceIdEnd);
  }

  get spanId(): string {
    return this.text('span', this.shown.spanIdStart, this.shown.spanIdEnd);
  }

  get parentId(): string {
    return this.text('parent', this.shown.parentIdStart, this.shown.parentIdEnd);
  }

  get message(): string {
    return this.text('message', this.shown.messageStart, this.shown.messageEnd);
  }

  get attributes(): string {
    return this.text('attributes', this.shown.attributesStart, this.shown.attributesEnd);
  }

  get resource(): string {
    return this.text('resource', this.shown.resourceStart, this.shown.resourceEnd);
  }

  private get shown(): RecordView {
    if (this.view === null) throw new Error('no record is shown');
    return this.view;
  }

  private text(name: string, start: number, end: number): string {
    const known = this.texts.get(name);
    if (known !== undefined) return known;
    const text = this.shown.text(start, end);
    this.texts.set(name, text);
    return text;
  }
}
