import { formatInstant, type Instant } from '#domain';
import type { ServiceMap } from '../generated/query.js';

/** A service map as the store counted it, with the range that was asked for. */
export interface CountedServiceMap {
  readonly from: Instant;
  readonly to: Instant;
  readonly services: readonly { readonly service: string; readonly spans: number; readonly failures: number }[];
  readonly calls: readonly {
    readonly source: string;
    readonly target: string;
    readonly calls: number;
    readonly failures: number;
  }[];
  readonly share: number;
}

/** A service map as `query.ServiceMap`. */
export function serviceMapToWire({ from, to, services, calls, share }: CountedServiceMap): ServiceMap {
  return {
    from: formatInstant(from),
    to: formatInstant(to),
    services: services.map(({ service, spans, failures }) => ({
      service,
      spans: String(spans),
      failures: String(failures),
    })),
    calls: calls.map(({ source, target, calls: count, failures }) => ({
      source,
      target,
      calls: String(count),
      failures: String(failures),
    })),
    share,
  };
}
