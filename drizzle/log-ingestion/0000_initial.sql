-- Log records, partitioned by the day of receipt: retention drops partitions, and a record with an old timestamp
-- is kept for its full time. No primary key: the position fence makes rows unique, an index on id would cost ingest.
CREATE TABLE logs (
  received_at timestamptz NOT NULL,
  "time" timestamptz NOT NULL,
  id uuid NOT NULL,
  size integer NOT NULL,
  nanos smallint NOT NULL,
  severity smallint NOT NULL,
  tenant text NOT NULL,
  trace_id text,
  parent_id text,
  span_id text,
  service text NOT NULL,
  message text NOT NULL,
  attributes jsonb,
  resource jsonb,
  extra jsonb
) PARTITION BY RANGE (received_at);
--> statement-breakpoint
COMMENT ON COLUMN logs.id IS 'bus epoch (16 bits), partition (16), offset (64), index in the message (32)';
--> statement-breakpoint
COMMENT ON COLUMN logs.nanos IS 'nanoseconds beyond the microseconds of time, 0-999';
--> statement-breakpoint
COMMENT ON COLUMN logs.size IS 'bytes of the record on the wire';
--> statement-breakpoint
COMMENT ON COLUMN logs.severity IS 'OpenTelemetry severity number, 1-24';
--> statement-breakpoint
CREATE INDEX logs_trace_id_idx ON logs USING hash (trace_id);
--> statement-breakpoint
CREATE INDEX logs_time_idx ON logs USING brin ("time") WITH (pages_per_range = 32, autosummarize = on);
--> statement-breakpoint
-- The transactional outbox of the DAG builder: a row a failed trace.
CREATE TABLE error_traces (
  tenant text NOT NULL,
  trace_id text NOT NULL,
  first_error_received_at timestamptz,
  version bigint NOT NULL DEFAULT 1,
  built_version bigint NOT NULL DEFAULT 0,
  due_at timestamptz NOT NULL DEFAULT now(),
  lease_owner text,
  attempts integer NOT NULL DEFAULT 0,
  parked_reason text,
  PRIMARY KEY (tenant, trace_id)
) WITH (fillfactor = 70);
--> statement-breakpoint
CREATE INDEX error_traces_due_idx ON error_traces (due_at) WHERE version > built_version AND parked_reason IS NULL;
--> statement-breakpoint
-- Keyed calls that are stored: a retry is recognized by tenant, key and digest of its body.
CREATE TABLE ingested_batches (
  tenant text NOT NULL,
  batch_key text NOT NULL,
  digest uuid NOT NULL,
  slice integer NOT NULL,
  slice_count integer NOT NULL,
  received_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, batch_key, digest, slice, slice_count)
);
--> statement-breakpoint
CREATE INDEX ingested_batches_received_at_idx ON ingested_batches USING brin (received_at);
--> statement-breakpoint
-- A short number for each topic that ever fed this database; part of every record id.
CREATE TABLE bus_epochs (
  cluster_id text NOT NULL,
  topic text NOT NULL,
  topic_id text NOT NULL,
  epoch integer GENERATED ALWAYS AS IDENTITY (MINVALUE 0 START WITH 0 MAXVALUE 65535),
  PRIMARY KEY (cluster_id, topic, topic_id)
);
--> statement-breakpoint
-- Where the store stands in each partition of the bus: moved in the transaction that stores the rows. Keyed by the topic's
-- name alone, so that another topic or cluster of that name meets the position and stops instead of beginning anew.
CREATE TABLE bus_positions (
  topic text NOT NULL,
  "partition" integer NOT NULL,
  cluster_id text NOT NULL,
  topic_id text NOT NULL,
  next_offset bigint NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (topic, "partition")
) WITH (fillfactor = 50);
--> statement-breakpoint
-- What can't be stored, where no Kafka keeps it.
CREATE TABLE dead_letters (
  tenant text NOT NULL,
  topic text NOT NULL,
  "partition" integer NOT NULL,
  "offset" bigint NOT NULL,
  "index" integer NOT NULL,
  reason text NOT NULL,
  bytes bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (topic, "partition", "offset", "index")
);
