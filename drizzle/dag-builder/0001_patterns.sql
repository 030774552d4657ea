-- Root causes and the failure pattern of each DAG. The DAG row is the pattern's membership: one row a trace, so that no trace
-- can count twice. The counted_* columns are set by the statement that replaces a row, to what the row counted as before it.
ALTER TABLE dags
  ADD COLUMN root_causes jsonb NOT NULL DEFAULT '[]',
  ADD COLUMN pattern_id text,
  ADD COLUMN counted_pattern_id text,
  ADD COLUMN counted_error_time timestamptz;
--> statement-breakpoint
COMMENT ON COLUMN dags.pattern_id IS 'patterns.id; null: a DAG from before patterns, or one whose errors were all left out by caps';
--> statement-breakpoint
COMMENT ON COLUMN dags.counted_pattern_id IS 'pattern_id before the last write; null after the first one';
--> statement-breakpoint
COMMENT ON COLUMN dags.counted_error_time IS 'first_error_time before the last write; null after the first one';
--> statement-breakpoint
CREATE INDEX dags_pattern_idx ON dags (tenant, pattern_id, first_error_time, first_error_nanos, trace_id)
  WHERE pattern_id IS NOT NULL;
--> statement-breakpoint
-- Failed traces with one cause. A row stays where its last trace has moved away (trace_count 0): its state is kept, lists skip it.
-- Updated by every batch of DAGs: no index besides the key, and room in the pages, so that updates stay within them.
CREATE TABLE patterns (
  tenant text NOT NULL,
  id text NOT NULL,
  title text NOT NULL,
  template text NOT NULL,
  service text NOT NULL,
  services text[] NOT NULL,
  first_seen timestamptz NOT NULL,
  last_seen timestamptz NOT NULL,
  trace_count bigint NOT NULL,
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'resolved', 'ignored')),
  resolved_at timestamptz,
  regressed_at timestamptz,
  regressions integer NOT NULL DEFAULT 0,
  counted_regressions integer,
  PRIMARY KEY (tenant, id)
) WITH (fillfactor = 60);
--> statement-breakpoint
COMMENT ON COLUMN patterns.id IS 'the fingerprint, 32 hex digits';
--> statement-breakpoint
COMMENT ON COLUMN patterns.resolved_at IS 'when it was last resolved';
--> statement-breakpoint
COMMENT ON COLUMN patterns.regressed_at IS 'first error of the trace that last brought it back';
--> statement-breakpoint
COMMENT ON COLUMN patterns.counted_regressions IS 'regressions before the last write by a DAG builder; null: the row is new';
--> statement-breakpoint
-- How many traces of a pattern had their first error in an hour.
CREATE TABLE pattern_hours (
  tenant text NOT NULL,
  pattern_id text NOT NULL,
  hour timestamptz NOT NULL,
  trace_count bigint NOT NULL,
  PRIMARY KEY (tenant, pattern_id, hour)
) WITH (fillfactor = 60);
--> statement-breakpoint
-- What rules and live views are told. Positions are taken under an advisory lock that is held until the commit, so that a
-- reader never sees a position before a lower one.
CREATE TABLE pattern_events (
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant text NOT NULL,
  pattern_id text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('new', 'regression')),
  created_at timestamptz NOT NULL DEFAULT now()
);
--> statement-breakpoint
CREATE INDEX pattern_events_created_at_idx ON pattern_events (created_at);
