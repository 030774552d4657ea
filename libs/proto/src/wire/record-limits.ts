/** Sizes that a record and a call may have; bytes of UTF-8. */
export interface RecordLimits {
  /** trace_id, span_id, parent_id, id, service, scope, event, severity_text. */
  readonly idBytes: number;
  readonly messageBytes: number;
  /** Number of attributes, those of attributes_json included. */
  readonly attributes: number;
  readonly attributeKeyBytes: number;
  readonly attributeValueBytes: number;
  /** All keys and values of one record, attributes_json and resource_json included. */
  readonly attributesBytes: number;
  /** The whole body of a call. */
  readonly callBytes: number;
}

/** The contract's limits. */
export const DEFAULT_RECORD_LIMITS: RecordLimits = {
  idBytes: 256,
  messageBytes: 1024 * 1024,
  attributes: 256,
  attributeKeyBytes: 256,
  attributeValueBytes: 64 * 1024,
  attributesBytes: 1024 * 1024,
  callBytes: 16 * 1024 * 1024,
};
