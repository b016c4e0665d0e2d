CREATE TABLE projects (
  id TEXT PRIMARY KEY,
  repository_name TEXT NOT NULL UNIQUE CHECK (repository_name <> ''),
  path TEXT NOT NULL,
  short_description TEXT,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
);

CREATE INDEX projects_by_creation ON projects (created_at, id);

CREATE TABLE worker_types (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  worker_type TEXT NOT NULL CHECK (worker_type <> ''),
  short_description TEXT,
  system_prompt TEXT NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  UNIQUE (project_id, worker_type)
);
