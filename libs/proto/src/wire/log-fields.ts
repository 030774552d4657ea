/**
 * Where the fields of one serialized `logs.Log` lie in its buffer.
 *
 * The hot path reads millions of records a minute, so one instance is used again for every record: ranges are
 * kept as plain numbers and nothing is allocated. A text field is the bytes from `…Start` to `…End`;
 * an absent or empty one has both equal.
 */
export class LogFields {
  traceIdStart = 0;
  traceIdEnd = 0;
  parentIdStart = 0;
  parentIdEnd = 0;
  spanIdStart = 0;
  spanIdEnd = 0;
  serviceStart = 0;
  serviceEnd = 0;
  messageStart = 0;
  messageEnd = 0;
  timestampStart = 0;
  timestampEnd = 0;
  idStart = 0;
  idEnd = 0;
  attributesJsonStart = 0;
  attributesJsonEnd = 0;
  resourceJsonStart = 0;
  resourceJsonEnd = 0;
  scopeStart = 0;
  scopeEnd = 0;
  eventStart = 0;
  eventEnd = 0;
  severityTextStart = 0;
  severityTextEnd = 0;
  observedTimestampStart = 0;
  observedTimestampEnd = 0;
  /** The contract's level number, not an order of severity. */
  level = 0;
  /** OpenTelemetry severity number; 0 where not sent. */
  severityNumber = 0;
  traceFlags = 0;
  attributeCount = 0;
  /** True where an attribute holds its key or value more than once. */
  repeatsInAttribute = false;
  /** Four numbers an attribute: key start, key end, value start, value end. */
  attributes = new Int32Array(64);

  clear(): void {
    this.traceIdStart = this.traceIdEnd = 0;
    this.parentIdStart = this.parentIdEnd = 0;
    this.spanIdStart = this.spanIdEnd = 0;
    this.serviceStart = this.serviceEnd = 0;
    this.messageStart = this.messageEnd = 0;
    this.timestampStart = this.timestampEnd = 0;
    this.idStart = this.idEnd = 0;
    this.attributesJsonStart = this.attributesJsonEnd = 0;
    this.resourceJsonStart = this.resourceJsonEnd = 0;
    this.scopeStart = this.scopeEnd = 0;
    this.eventStart = this.eventEnd = 0;
    this.severityTextStart = this.severityTextEnd = 0;
    this.observedTimestampStart = this.observedTimestampEnd = 0;
    this.level = 0;
    this.severityNumber = 0;
    this.traceFlags = 0;
    this.attributeCount = 0;
    this.repeatsInAttribute = false;
  }

  addAttribute(keyStart: number, keyEnd: number, valueStart: number, valueEnd: number): void {
    const at = this.attributeCount * 4;
    if (at === this.attributes.length) {
      const grown = new Int32Array(at * 2);
      grown.set(this.attributes);
      this.attributes = grown;
    }
    this.attributes[at] = keyStart;
    this.attributes[at + 1] = keyEnd;
    this.attributes[at + 2] = valueStart;
    this.attributes[at + 3] = valueEnd;
    this.attributeCount++;
  }
}
