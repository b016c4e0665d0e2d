/** The tables of agent-farm that have a place here. */
export const FARM_TABLES = [
  'architect',
  'builders',
  'utils',
  'annotations',
  'port_allocations',
] as const;
export type FarmTable = (typeof FARM_TABLES)[number];

/** One row of agent-farm, from a table of its databases or an entry of its JSON files. */
export type FarmRow = {
  /** One of {@link FARM_TABLES}, or a table that is only kept. */
  readonly table: string;
  /** Where it stands, such as `state.json builders[2]`. */
  readonly place: string;
  /** What it is called there: columns as in SQL, or fields as in JSON. */
  readonly raw: Readonly<Record<string, unknown>>;
  /** The folder it is about, where the row does not say it itself. */
  readonly projectPath: string;
};

export function isFarmTable(table: string): table is FarmTable {
  return (FARM_TABLES as readonly string[]).includes(table);
}

/** Gives the project folder of a row; later versions keep all projects in one file and name it in each row. */
export function folderOf({ raw, projectPath }: FarmRow): string {
  const path = raw['workspace_path'];
  return trimPath(typeof path === 'string' && isAbsolute(path) ? path : projectPath);
}

/** Tells whether a path starts at the root of a disk. */
export function isAbsolute(path: string): boolean {
  return /^(?:\/|[A-Za-z]:[\\/]|\\\\)/.test(path);
}

/** Takes the separators off the end of a path, where they do not count. */
export function trimPath(path: string): string {
  return path.replace(/(?<=[^:\\/])[\\/]+$/, '');
}
