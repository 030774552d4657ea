-- How many records there are of each ten seconds of time, by service and severity: what histograms and rankings sum up instead
-- of the records, and what tells a search where it need not look. Never needed for a right answer.
CREATE TABLE log_counts (
  tenant text NOT NULL,
  starts_at timestamptz NOT NULL,
  received_on date NOT NULL,
  services text[] NOT NULL,
  severities smallint[] NOT NULL,
  counts bigint[] NOT NULL,
  PRIMARY KEY (tenant, starts_at, received_on)
) WITH (fillfactor = 80);
--> statement-breakpoint
COMMENT ON COLUMN log_counts.starts_at IS 'a whole multiple of ten seconds: records of this instant and before the next one';
--> statement-breakpoint
COMMENT ON COLUMN log_counts.received_on IS 'UTC day of receipt: counts go when the partition of their records goes';
--> statement-breakpoint
CREATE INDEX log_counts_received_on_idx ON log_counts (received_on);
--> statement-breakpoint
-- What each transaction that stored records has counted, until it is folded into log_counts. Only added to, so that writers
-- never wait for one another.
CREATE TABLE new_log_counts (
  tenants text[] NOT NULL,
  starts_at timestamptz[] NOT NULL,
  received_on date[] NOT NULL,
  services text[] NOT NULL,
  severities smallint[] NOT NULL,
  counts bigint[] NOT NULL
) WITH (autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0);
--> statement-breakpoint
-- Records that were received from here on are counted. Where there are records already, that is two days ahead: until then
-- processes of an older version, which count nothing, may store beside newer ones.
CREATE TABLE log_count_state (
  counted_from timestamptz NOT NULL,
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton)
);
--> statement-breakpoint
INSERT INTO log_count_state (counted_from)
SELECT CASE WHEN EXISTS (SELECT FROM logs) THEN date_trunc('day', now()) + interval '2 days' ELSE '-infinity' END;
--> statement-breakpoint
-- Warnings and errors, the newest first: few rows have an entry, so ingest hardly pays for it. ON ONLY: partitions to come have it
-- from the start; those that are there stay without it, so that nobody waits for it now, and expire.
CREATE INDEX logs_warnings_idx ON ONLY logs (tenant, "time") WHERE severity >= 13;
