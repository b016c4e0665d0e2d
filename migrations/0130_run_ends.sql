-- Figures are asked for by the time in which runs ended.
CREATE INDEX ticket_runs_by_end ON ticket_runs (completed_at, id);
