/** How large a trace's DAG may grow before parts of the trace are left out. */
export interface DagCaps {
  /** Nodes at most. */
  readonly spans: number;
  /** Records that are looked into at most. */
  readonly records: number;
  /** Bytes of the nodes and edges as `query.Dag` carries them, as `spanMessageBytes` counts them. */
  readonly bytes: number;
}

/** The contract's caps: 20,000 spans, 200,000 records, 3 MiB as a message. */
export const DEFAULT_DAG_CAPS: DagCaps = { spans: 20_000, records: 200_000, bytes: 3 * 1024 * 1024 };
