-- Pieces of a signature are what was received together, no longer what lies together in time: clients send at once what they
-- logged within a second, so that records of a twentieth of it lie among all of that second's, and those of a moment of receipt in
-- a few blocks. Signatures are made anew, the newest first.
TRUNCATE text_signatures;
--> statement-breakpoint
UPDATE log_counts SET sign_at = now() WHERE sign_at IS NULL;
--> statement-breakpoint
ALTER TABLE text_signatures DROP COLUMN ends,
  ADD COLUMN received_base bigint NOT NULL,
  ADD COLUMN received_from integer[] NOT NULL,
  ADD COLUMN received_to integer[] NOT NULL;
--> statement-breakpoint
COMMENT ON COLUMN text_signatures.received_base IS 'when the first record of the cell was received, milliseconds since 1970';
--> statement-breakpoint
COMMENT ON COLUMN text_signatures.received_from IS 'milliseconds from received_base to when the first record of each piece of the cell was received';
--> statement-breakpoint
COMMENT ON COLUMN text_signatures.received_to IS 'the same of the last record of each piece, which may overlap; the greatest integer: at any time after the first';
