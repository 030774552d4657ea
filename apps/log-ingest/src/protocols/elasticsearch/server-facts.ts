/**
 * What clients are told of the server that they think they talk to. The version is the last release line that speaks to
 * clients of 7 and of 8; shippers of a newer line than the server's refuse it.
 *
 * Source: Elasticsearch 8, "Root API", "Get license API", "Info API" (_xpack), "Cluster health API".
 */
export const ROOT_INFO = {
  name: 'rootspan',
  cluster_name: 'rootspan',
  cluster_uuid: 'rootspan-rootspan-root',
  version: {
    number: '8.19.0',
    build_flavor: 'default',
    build_type: 'tar',
    build_hash: '0000000000000000000000000000000000000000',
    build_date: '2025-07-23T00:00:00.000000000Z',
    build_snapshot: false,
    lucene_version: '9.12.2',
    minimum_wire_compatibility_version: '7.17.0',
    minimum_index_compatibility_version: '7.0.0',
  },
  tagline: 'You Know, for Search',
} as const;

const LICENSE = { uid: 'rootspan', type: 'basic', mode: 'basic', status: 'active' } as const;

export const LICENSE_INFO = {
  license: {
    ...LICENSE,
    issue_date: '2025-01-01T00:00:00.000Z',
    issue_date_in_millis: 1_735_689_600_000,
    max_nodes: 1_000,
    max_resource_units: null,
    issued_to: 'rootspan',
    issuer: 'elasticsearch',
    start_date_in_millis: -1,
  },
} as const;

export const XPACK_INFO = {
  build: { hash: ROOT_INFO.version.build_hash, date: ROOT_INFO.version.build_date },
  license: LICENSE,
  features: {
    data_streams: { available: true, enabled: true },
    ilm: { available: true, enabled: true },
    security: { available: true, enabled: false },
  },
  tagline: ROOT_INFO.tagline,
} as const;

/** Green while records can be taken. */
export function clusterHealth(isReady: boolean): object {
  const shards = isReady ? 1 : 0;
  return {
    cluster_name: ROOT_INFO.cluster_name,
    status: isReady ? 'green' : 'red',
    timed_out: false,
    number_of_nodes: 1,
    number_of_data_nodes: 1,
    active_primary_shards: shards,
    active_shards: shards,
    relocating_shards: 0,
    initializing_shards: 0,
    unassigned_shards: 1 - shards,
    delayed_unassigned_shards: 0,
    number_of_pending_tasks: 0,
    number_of_in_flight_fetch: 0,
    task_max_waiting_in_queue_millis: 0,
    active_shards_percent_as_number: shards * 100,
  };
}
