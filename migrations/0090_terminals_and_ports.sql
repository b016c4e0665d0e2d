CREATE TABLE terminals (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL CHECK (name <> ''),
  project_id TEXT REFERENCES projects (id) ON DELETE CASCADE,
  port INTEGER UNIQUE CHECK (port BETWEEN 1 AND 65535),
  pid INTEGER CHECK (pid > 0),
  session_id TEXT,
  command TEXT,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
);

CREATE INDEX terminals_by_creation ON terminals (created_at, id);
CREATE INDEX terminals_by_project ON terminals (project_id, created_at, id);

CREATE TABLE annotations (
  id TEXT PRIMARY KEY,
  file TEXT NOT NULL CHECK (file <> ''),
  port INTEGER UNIQUE CHECK (port BETWEEN 1 AND 65535),
  pid INTEGER CHECK (pid > 0),
  parent_type TEXT NOT NULL CHECK (parent_type IN ('architect', 'builder', 'terminal')),
  agent_id TEXT REFERENCES agents (id) ON DELETE CASCADE,
  terminal_id TEXT REFERENCES terminals (id) ON DELETE CASCADE,
  created_at TEXT NOT NULL,
  CHECK (terminal_id IS NULL OR parent_type = 'terminal'),
  CHECK (agent_id IS NULL OR parent_type <> 'terminal')
);

CREATE INDEX annotations_by_creation ON annotations (created_at, id);
CREATE INDEX annotations_by_agent ON annotations (agent_id, created_at, id)
  WHERE agent_id IS NOT NULL;
CREATE INDEX annotations_by_terminal ON annotations (terminal_id, created_at, id)
  WHERE terminal_id IS NOT NULL;

CREATE TABLE port_allocations (
  id TEXT PRIMARY KEY,
  project_path TEXT NOT NULL UNIQUE CHECK (project_path <> ''),
  project_id TEXT REFERENCES projects (id) ON DELETE SET NULL,
  base_port INTEGER NOT NULL UNIQUE
    CHECK (base_port >= 4200 AND base_port <= 65400 AND base_port % 100 = 0),
  pid INTEGER CHECK (pid > 0),
  registered_at TEXT NOT NULL,
  last_used_at TEXT NOT NULL
);

CREATE INDEX port_allocations_by_project ON port_allocations (project_id)
  WHERE project_id IS NOT NULL;
