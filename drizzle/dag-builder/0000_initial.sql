-- The error DAG of each failed trace, one row a trace.
CREATE TABLE dags (
  tenant text NOT NULL,
  trace_id text NOT NULL,
  version bigint NOT NULL,
  root_span_id text NOT NULL,
  dag_json jsonb NOT NULL,
  nodes jsonb NOT NULL,
  edges jsonb NOT NULL,
  error_count integer NOT NULL,
  span_count integer NOT NULL,
  log_count integer NOT NULL,
  services text[] NOT NULL,
  first_time timestamptz NOT NULL,
  first_nanos smallint NOT NULL,
  last_time timestamptz NOT NULL,
  last_nanos smallint NOT NULL,
  first_error_time timestamptz NOT NULL,
  first_error_nanos smallint NOT NULL,
  warnings text[] NOT NULL,
  truncated boolean NOT NULL,
  size integer NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, trace_id)
);
--> statement-breakpoint
COMMENT ON COLUMN dags.version IS 'version of the error trace that this DAG was built from; only a newer one replaces it';
--> statement-breakpoint
COMMENT ON COLUMN dags.size IS 'bytes of the DAG as JSON';
--> statement-breakpoint
CREATE INDEX dags_newest_idx ON dags (tenant, first_error_time, first_error_nanos, trace_id);
