-- A btree on 64-bit hashes keeps each trace's hash once: a third of the bytes of the hash index, whose buckets are split again
-- and again as it grows. Writers wait while it is built over what is stored, about a second for each million of rows.
DROP INDEX logs_trace_id_idx;
--> statement-breakpoint
CREATE INDEX logs_trace_hash_idx ON logs USING btree (hashtextextended(trace_id, 0)) WHERE trace_id IS NOT NULL;
