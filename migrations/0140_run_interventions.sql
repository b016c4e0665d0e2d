-- Interventions are JSON to the letter: json_type alone lets JSON5 pass, which no reader here understands.
CREATE TRIGGER ticket_runs_interventions_insert BEFORE INSERT ON ticket_runs
WHEN NOT json_valid(NEW.interventions)
BEGIN
  SELECT RAISE(ABORT, 'CHECK constraint failed: json_valid(interventions)');
END;

CREATE TRIGGER ticket_runs_interventions_update BEFORE UPDATE OF interventions ON ticket_runs
WHEN NOT json_valid(NEW.interventions)
BEGIN
  SELECT RAISE(ABORT, 'CHECK constraint failed: json_valid(interventions)');
END;
