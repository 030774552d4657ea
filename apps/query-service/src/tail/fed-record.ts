import type { FilteredRecord, Instant, RecordView, StorePosition } from '#domain';

/** A record on its way to those who tail; shared by all of them. */
export interface FedRecord {
  /** As the field `logs` of a LogList, which is that of a TailLogsResponse too. */
  readonly bytes: Buffer;
  /** The position behind it. */
  readonly position: () => StorePosition;
  /** The same for all records that come in one go. */
  readonly burst: unknown;
}

/** Shows filters the record that a view shows; a text is decoded when it is looked at first. */
export class ViewedRecord implements FilteredRecord {
  private view: RecordView | null = null;
  private texts: Texts = NONE_KNOWN;

  show(view: RecordView): this {
    this.view = view;
    this.texts = { ...NONE_KNOWN };
    return this;
  }

  get time(): Instant {
    return this.shown.time;
  }

  get severity(): number {
    return this.shown.severity;
  }

  get service(): string {
    return (this.texts.service ??= this.shown.text(this.shown.serviceStart, this.shown.serviceEnd));
  }

  get traceId(): string {
    return (this.texts.traceId ??= this.shown.text(this.shown.traceIdStart, this.shown.traceIdEnd));
  }

  get spanId(): string {
    return (this.texts.spanId ??= this.shown.text(this.shown.spanIdStart, this.shown.spanIdEnd));
  }

  get parentId(): string {
    return (this.texts.parentId ??= this.shown.text(this.shown.parentIdStart, this.shown.parentIdEnd));
  }

  get message(): string {
    return (this.texts.message ??= this.shown.text(this.shown.messageStart, this.shown.messageEnd));
  }

  get attributes(): string {
    return (this.texts.attributes ??= this.shown.text(this.shown.attributesStart, this.shown.attributesEnd));
  }

  get resource(): string {
    return (this.texts.resource ??= this.shown.text(this.shown.resourceStart, this.shown.resourceEnd));
  }

  private get shown(): RecordView {
    if (this.view === null) throw new Error('no record is shown');
    return this.view;
  }
}

/** Of a record, null where nobody has looked yet. */
type Texts = Record<'service' | 'traceId' | 'spanId' | 'parentId' | 'message' | 'attributes' | 'resource', string | null>;

const NONE_KNOWN: Texts = {
  service: null,
  traceId: null,
  spanId: null,
  parentId: null,
  message: null,
  attributes: null,
  resource: null,
};
