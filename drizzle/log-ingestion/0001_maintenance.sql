-- The bus time up to which a partition is stored: retry keys are forgotten behind the slowest one, never by the clock.
ALTER TABLE bus_positions ADD COLUMN reached_at timestamptz;
--> statement-breakpoint
COMMENT ON COLUMN bus_positions.reached_at IS 'latest receipt time among the newest stored batch; null: not known yet';
--> statement-breakpoint
-- Sweeps go by age, oldest first. BRIN can't serve that for long: new rows fill the space of swept ones, until every
-- range of blocks holds every age.
DROP INDEX ingested_batches_received_at_idx;
--> statement-breakpoint
CREATE INDEX ingested_batches_received_at_idx ON ingested_batches (received_at);
--> statement-breakpoint
CREATE INDEX error_traces_first_error_idx ON error_traces (first_error_received_at);
--> statement-breakpoint
CREATE INDEX dead_letters_created_at_idx ON dead_letters (created_at);
