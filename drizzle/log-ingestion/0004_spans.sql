-- Spans, partitioned as `logs` is, by the time of receipt. Partitions are made where spans come: without any, a look-up by
-- trace asks nothing here.
CREATE TABLE spans (
  received_at timestamptz NOT NULL,
  "time" timestamptz NOT NULL,
  end_time timestamptz NOT NULL,
  id uuid NOT NULL,
  size integer NOT NULL,
  nanos smallint NOT NULL,
  end_nanos smallint NOT NULL,
  kind smallint NOT NULL,
  status smallint NOT NULL,
  tenant text NOT NULL,
  trace_id text NOT NULL,
  parent_id text,
  span_id text NOT NULL,
  service text NOT NULL,
  name text NOT NULL,
  status_message text,
  attributes jsonb,
  resource jsonb,
  extra jsonb,
  links jsonb,
  events jsonb
) PARTITION BY RANGE (received_at);
--> statement-breakpoint
COMMENT ON COLUMN spans.id IS 'bus epoch (16 bits), partition (16), offset (64), index in the message (32), shared with logs';
--> statement-breakpoint
COMMENT ON COLUMN spans."time" IS 'the start';
--> statement-breakpoint
COMMENT ON COLUMN spans.nanos IS 'nanoseconds beyond the microseconds of time, 0-999; end_nanos those of end_time';
--> statement-breakpoint
COMMENT ON COLUMN spans.size IS 'bytes of the span on the wire';
--> statement-breakpoint
COMMENT ON COLUMN spans.kind IS '0 unspecified, 1 internal, 2 server, 3 client, 4 producer, 5 consumer';
--> statement-breakpoint
COMMENT ON COLUMN spans.status IS '0 unset, 1 ok, 2 error';
--> statement-breakpoint
COMMENT ON COLUMN spans.extra IS 'scope, traceState, traceFlags';
--> statement-breakpoint
COMMENT ON COLUMN spans.links IS 'a list of {traceId, spanId, attributes}';
--> statement-breakpoint
COMMENT ON COLUMN spans.events IS 'a list of {time, name, attributes}; time as it was sent';
--> statement-breakpoint
-- Both as those of logs (docs/adr/011).
CREATE INDEX spans_time_idx ON spans USING brin ("time") WITH (pages_per_range = 32, autosummarize = on);
--> statement-breakpoint
CREATE INDEX spans_trace_hash_idx ON spans USING btree (hashtextextended(trace_id, 0));
