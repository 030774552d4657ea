-- DAGs are deleted by age.
CREATE INDEX dags_updated_at_idx ON dags (updated_at);
