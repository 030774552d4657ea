-- What retention keeps, as the processor is configured: noted by its maintenance, for those that only read.
CREATE TABLE retention_state (
  retention_days integer NOT NULL,
  max_bytes bigint,
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton)
);
