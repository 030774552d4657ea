-- Live tail: what was stored between two positions is found by when it was received, since nothing indexes ids. One row for
-- about a minute of a partition, grown by every transaction that moves the position: no index column changes (HOT).
CREATE TABLE stored_ranges (
  epoch integer NOT NULL,
  "partition" integer NOT NULL,
  lower bigint NOT NULL,
  upper bigint NOT NULL,
  opened_at timestamptz NOT NULL,
  received_from timestamptz,
  received_to timestamptz,
  rows bigint NOT NULL,
  PRIMARY KEY (epoch, "partition", lower)
) WITH (fillfactor = 50);
--> statement-breakpoint
COMMENT ON TABLE stored_ranges IS 'offsets from lower to before upper, and between which times their messages were received';
--> statement-breakpoint
CREATE INDEX stored_ranges_opened_at_idx ON stored_ranges (opened_at);
--> statement-breakpoint
CREATE INDEX logs_received_at_idx ON logs USING brin (received_at) WITH (pages_per_range = 32, autosummarize = on);
