import type { RecordLimits } from '#proto';

const UNLIMITED = Number.MAX_SAFE_INTEGER;

/**
 * What the store itself can hold, for records that are checked again because the database has refused one of their batch:
 * ingest's limits are configured there and were kept there, so a record that was taken is not refused here.
 * An id must fit into an index entry of PostgreSQL (2,704 bytes) beside the tenant.
 */
export const STORE_LIMITS: RecordLimits = {
  idBytes: 2_500,
  messageBytes: UNLIMITED,
  attributes: UNLIMITED,
  attributeKeyBytes: UNLIMITED,
  attributeValueBytes: UNLIMITED,
  attributesBytes: UNLIMITED,
  callBytes: UNLIMITED,
};
