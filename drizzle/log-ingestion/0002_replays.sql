-- A position that is wiped or put back leads to a replay, which must not store a second time what is there.
-- Every statement that moves a position moves this with it: where it is ahead of next_offset, the position was put back.
ALTER TABLE bus_positions ADD COLUMN covered_until bigint;
--> statement-breakpoint
COMMENT ON COLUMN bus_positions.covered_until IS 'messages below it may be stored already; null: not known';
--> statement-breakpoint
UPDATE bus_positions SET covered_until = next_offset;
--> statement-breakpoint
-- The partitions that ever fed this database, so that one without a position is known to have been wiped or to be new; and
-- what a scan of `logs` found for a replay.
CREATE TABLE bus_partitions (
  epoch integer NOT NULL,
  "partition" integer NOT NULL,
  replay_until bigint,
  scanned_version text,
  PRIMARY KEY (epoch, "partition")
) WITH (fillfactor = 50);
--> statement-breakpoint
COMMENT ON COLUMN bus_partitions.replay_until IS 'beyond the last settled offset that the scan found; null: not scanned';
--> statement-breakpoint
COMMENT ON COLUMN bus_partitions.scanned_version IS 'xmin of the row of bus_positions that the scan is good for; null: of none';
--> statement-breakpoint
INSERT INTO bus_partitions (epoch, "partition")
SELECT e.epoch, p."partition" FROM bus_positions p
JOIN bus_epochs e ON e.cluster_id = p.cluster_id AND e.topic = p.topic AND e.topic_id = p.topic_id;
--> statement-breakpoint
-- Offsets of messages that a replay leaves out, from `lower` to before `upper`: only while a replay is under way.
CREATE TABLE settled_ranges (
  epoch integer NOT NULL,
  "partition" integer NOT NULL,
  lower bigint NOT NULL,
  upper bigint NOT NULL,
  PRIMARY KEY (epoch, "partition", upper)
);
--> statement-breakpoint
-- Messages that were left out because their retry key was known: a replay leaves them out too, when the key is long forgotten.
CREATE TABLE recognized_retries (
  epoch integer NOT NULL,
  "partition" integer NOT NULL,
  "offset" bigint NOT NULL,
  received_at timestamptz NOT NULL,
  PRIMARY KEY (epoch, "partition", "offset")
);
--> statement-breakpoint
CREATE INDEX recognized_retries_received_at_idx ON recognized_retries (received_at);
