import { wordKey } from '../ticket-words.ts';

/** What each field of a ticket is called elsewhere, the surest name first. */
const COLUMN_NAMES = {
  id: 'id, issue key, key, external id, ticket id, ticket key, identifier, task id, issue id, number, ref, reference, no',
  title:
    'title, summary, name, subject, headline, task title, task name, ticket title, task, ticket, issue',
  description: 'description, body, details, content, text, prompt, notes',
  acceptanceCriteria: 'acceptance criteria, acceptance, criteria, definition of done, ac, dod',
  status: 'status, state, column, workflow state, issue status, list, stage',
  priority: 'priority, prio, importance, urgency, severity',
  labels: 'labels, label, tags, tag, categories, category',
  kind: 'kind, type, issue type, ticket type, task type',
  dependsOn:
    'depends on, dependencies, dependency, blocked by, blockers, waits for, requires, predecessors, inward issue link (blocks)',
  createdAt:
    'created at, created, created date, creation date, date created, created on, created time, date added',
  updatedAt:
    'updated at, updated, updated date, date updated, updated on, last updated, modified, modified at, last modified, changed at',
  completedAt:
    'completed at, completed, resolved, resolved at, resolution date, completion date, date completed, finished at, done at',
  closedAt: 'closed at, closed, date closed, closed date',
  branchName: 'branch name, branch',
  worktreePath: 'worktree path, worktree',
  repoPath: 'repo path',
  repoUrl: 'repo url, repository url',
  githubUrl: 'github url',
  agentType: 'agent type',
} as const;

/** A field of a ticket that a column can give. */
export type TableField = keyof typeof COLUMN_NAMES;

export const TABLE_FIELDS = Object.keys(COLUMN_NAMES) as TableField[];

/** The word by which a mapping says that a column shall become nothing. */
export const IGNORED_COLUMN = 'ignore';

const LIST_FIELDS: ReadonlySet<TableField> = new Set(['labels', 'dependsOn']);

/** A column of the source. */
export type TableColumn = {
  /** What it is called in the raw rows, each name once. */
  readonly name: string;
  /** What it is called in the source, where several can share a name. */
  readonly head: string;
};

/** Which columns give which field; a list takes several, everything else takes the first that says something. */
export type ColumnPlan = {
  readonly columns: ReadonlyMap<TableField, readonly string[]>;
  /** The names of the columns that become nothing, and that nobody said should. */
  readonly kept: readonly string[];
  /** Why the mapping cannot be followed; empty where it can. */
  readonly problems: readonly string[];
};

/**
 * Decides what each column becomes.
 *
 * @param mapping By the name of a column the name of a field, or {@link IGNORED_COLUMN}; it comes before all guesses.
 */
export function planColumns(
  columns: readonly TableColumn[],
  mapping: Readonly<Record<string, string>>,
): ColumnPlan {
  const said = readMapping(columns, mapping);
  const used = new Set<string>(said.ignored);
  const plan = new Map<TableField, string[]>();
  const take = (field: TableField, { name }: TableColumn) => {
    plan.set(field, [...(plan.get(field) ?? []), name]);
    used.add(name);
  };
  for (const [column, field] of said.fields) take(field, column);
  const named = new Set(plan.keys());
  for (const field of TABLE_FIELDS.filter((field) => !named.has(field))) {
    for (const key of COLUMN_NAMES[field].split(',').map(wordKey)) {
      const found = columns.filter(({ name, head }) => !used.has(name) && wordKey(head) === key);
      if (found.length > 0 && plan.has(field) && !LIST_FIELDS.has(field)) break;
      for (const column of LIST_FIELDS.has(field) ? found : found.slice(0, 1)) take(field, column);
    }
  }
  const kept = columns.flatMap(({ name }) => (used.has(name) ? [] : [name]));
  return { columns: plan, kept, problems: said.problems };
}

/** Tells whether the columns are those of tickets. */
export function haveTitle(heads: readonly string[]): boolean {
  const keys = new Set(COLUMN_NAMES.title.split(',').map(wordKey));
  return heads.some((head) => keys.has(wordKey(head)));
}

function readMapping(columns: readonly TableColumn[], mapping: Readonly<Record<string, string>>) {
  const fields = new Map<TableColumn, TableField>();
  const ignored: string[] = [];
  const problems: string[] = [];
  for (const [head, fieldName] of Object.entries(mapping)) {
    const found = columns.filter(({ head: other }) => wordKey(other) === wordKey(head));
    const field = TABLE_FIELDS.find((known) => wordKey(known) === wordKey(fieldName));
    if (found.length === 0) {
      problems.push(`there is no column "${head}"; there are: ${listNames(columns)}`);
    } else if (wordKey(fieldName) === IGNORED_COLUMN) {
      ignored.push(...found.map(({ name }) => name));
    } else if (field === undefined) {
      const known = [...TABLE_FIELDS, IGNORED_COLUMN].join(', ');
      problems.push(`a column cannot become "${fieldName}"; it can become: ${known}`);
    } else {
      for (const column of found) fields.set(column, field);
    }
  }
  return { fields, ignored, problems };
}

/** Many columns are named by the first of them. */
export function listNames(columns: readonly { readonly name: string }[], limit = 20): string {
  const names = columns.slice(0, limit).map(({ name }) => name);
  const more = columns.length - names.length;
  return more > 0 ? `${names.join(', ')} and ${String(more)} more` : names.join(', ');
}
