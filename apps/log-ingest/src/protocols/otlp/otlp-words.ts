/** Why metrics are UNIMPLEMENTED; reads on with "is not implemented". */
export const NO_METRICS = 'Rootspan keeps logs and traces: receiving metrics';

/** The header `X-Rootspan-Dedupe: off` says that the same bytes again are not a retry. */
export function isDedupeOff(value: unknown): boolean {
  return typeof value === 'string' && value.trim().toLowerCase() === 'off';
}
