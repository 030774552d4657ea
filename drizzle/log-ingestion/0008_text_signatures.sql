-- What texts may be in the messages of a cell (a row of log_counts), so that a search leaps over the time that has none of its
-- texts. Made from the stored records, some seconds after they came (libs/db/src/postgres/signatures). Never needed for a right
-- answer: a signature that was made of as many records as the cell counts now was made of the very same, and no other is used.
CREATE TABLE text_signatures (
  tenant text NOT NULL,
  starts_at timestamptz NOT NULL,
  received_on date NOT NULL,
  records bigint NOT NULL,
  ends integer[] NOT NULL,
  width integer NOT NULL,
  bits bytea NOT NULL,
  PRIMARY KEY (tenant, starts_at, received_on)
);
--> statement-breakpoint
-- A search reads a few bytes out of each: uncompressed, one page of them is fetched and not all.
ALTER TABLE text_signatures ALTER COLUMN bits SET STORAGE EXTERNAL;
--> statement-breakpoint
COMMENT ON COLUMN text_signatures.records IS 'how many records it was made of';
--> statement-breakpoint
COMMENT ON COLUMN text_signatures.ends IS 'microseconds from starts_at to the end of each piece of the cell, which is not in it';
--> statement-breakpoint
COMMENT ON COLUMN text_signatures.width IS 'bits of a piece, a power of two';
--> statement-breakpoint
COMMENT ON COLUMN text_signatures.bits IS 'bit (hash mod width) * pieces + piece, counted from the lowest of the first byte: a message of the piece holds such a gram';
--> statement-breakpoint
CREATE INDEX text_signatures_received_on_idx ON text_signatures (received_on);
--> statement-breakpoint
-- When a cell is to be signed: later each time that something is counted in it; null once it is; infinity where it is not worth it,
-- or its counts are not those of its records. Cells that processes of an older version fold get no new time: they stay unsigned.
ALTER TABLE log_counts ADD COLUMN sign_at timestamptz DEFAULT now();
--> statement-breakpoint
CREATE INDEX log_counts_unsigned_idx ON log_counts (starts_at) WHERE sign_at < 'infinity';
