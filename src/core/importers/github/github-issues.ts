import * as v from 'valibot';
import { LineSchema } from '../../../shared/entities/fields.ts';
import type { ImportNotice, ImportRow } from '../../../shared/types.ts';
import { toTimestamp } from '../timestamp.ts';
import { importTarget, refTo, type ParsedSource } from '../import-row.ts';
import { baseNameOf, refuseProblems, type SourceProblem } from '../source-problems.ts';
import {
  addressOf,
  dependenciesIn,
  fieldsOf,
  issueKey,
  kindOf,
  labelsOf,
  priorityOf,
  repositoryOf,
  statusOf,
  textIn,
  type GithubFields,
} from './github-issue.ts';

const SYSTEM = 'github';
const ISSUES = 'issues';
const COMMENTS = 'comments';
const MAX_TEXT_LENGTH = 1_000_000;
const MAX_LABELS = 100;

/** An issue with the line on which it begins. */
export type GithubRecord = { readonly line: number; readonly value: GithubFields };

type Issue = GithubRecord & {
  readonly number: number;
  readonly key: string;
  readonly repository: string | null;
  readonly repoUrl: string | null;
};

/**
 * Makes tickets and comments of issues; pull requests, which the REST interface lists among them, are left out.
 *
 * @param file What messages call the file.
 * @throws SweatShopError InvalidInput that names everything which is no issue: then nothing is to be imported.
 */
export function readGithubIssues(records: readonly GithubRecord[], file: string): ParsedSource {
  const problems: SourceProblem[] = [];
  const issues = toIssues(
    records.filter(({ value }) => !isPullRequest(value)),
    problems,
  );
  const keys = new Set(issues.map(({ key }) => key));
  const name = baseNameOf(file);
  const rows = issues.flatMap((issue) =>
    toRows(issue, keys, `${name}:${String(issue.line)}`, problems),
  );
  refuseProblems(file, problems);
  return {
    source: { system: SYSTEM, name: file },
    rows,
    notices: leftOut(records, name),
  };
}

function toIssues(records: readonly GithubRecord[], problems: SourceProblem[]): Issue[] {
  const lines = new Map<string, number>();
  return records.flatMap(({ line, value }) => {
    const { number } = value;
    if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 1) {
      problems.push({ line, message: 'number: must be the number of an issue' });
      return [];
    }
    const { repository, repoUrl } = repositoryOf(value);
    const key = issueKey(repository, number);
    const earlier = lines.get(key);
    if (earlier !== undefined) {
      problems.push({ line, message: `the issue ${key} is on line ${String(earlier)} already` });
      return [];
    }
    lines.set(key, line);
    return [{ line, value, number, key, repository, repoUrl }];
  });
}

function toRows(
  issue: Issue,
  keys: ReadonlySet<string>,
  place: string,
  problems: SourceProblem[],
): ImportRow[] {
  const { value, key, number, repository, repoUrl, line } = issue;
  const before = problems.length;
  const fail = (message: string) => {
    problems.push({ line, message });
  };
  const labels = labelsOf(value);
  if (labels === null) fail('labels: must be a list of labels');
  if (labels && labels.length > MAX_LABELS)
    fail(`labels: must have at most ${String(MAX_LABELS)} items`);
  for (const label of labels ?? []) {
    const { issues } = v.safeParse(LineSchema, label);
    if (issues) fail(`labels: "${label.slice(0, 40)}" ${issues[0].message}`);
  }
  const status = statusOf(value);
  if (status === null) fail('state: must be open or closed');
  const title = toTitle(value['title'], fail);
  const description = toText(value['body'], 'body', fail);
  const time = (camel: string, snake: string) => toTime(value[camel] ?? value[snake], snake, fail);
  const createdAt = time('createdAt', 'created_at');
  const updatedAt = time('updatedAt', 'updated_at');
  const closedAt = time('closedAt', 'closed_at');
  const comments = toComments(issue, place, fail);
  if (problems.length > before || labels === null || status === null) return [];

  const dependencies = dependenciesIn(description, repository).filter(
    (other) => other !== key && keys.has(other),
  );
  const target = importTarget('tickets', {
    source: SYSTEM,
    externalId: key,
    title,
    description,
    labels: [...new Set(labels.map((label) => label.trim()).filter(Boolean))],
    status,
    priority: priorityOf(labels),
    kind: kindOf(labels, textIn(fieldsOf(value['issueType'] ?? value['type'])['name'])),
    dependsOn: dependencies.map((other) => refTo(ISSUES, other)),
    githubId: number,
    githubUrl: addressOf(value),
    repoUrl: repoUrl ?? undefined,
    createdAt,
    updatedAt,
    closedAt: status === 'backlog' ? undefined : closedAt,
    completedAt: status === 'merged' ? closedAt : undefined,
  });
  return [{ table: ISSUES, key, raw: { ...value }, place, target }, ...comments];
}

/** The REST interface only counts them. */
function toComments(
  { value, key }: Issue,
  place: string,
  fail: (message: string) => void,
): ImportRow[] {
  const { comments } = value;
  if (!Array.isArray(comments)) return [];
  return comments.flatMap((comment, index): ImportRow[] => {
    const fields = fieldsOf(comment);
    const where = `comments[${String(index)}]`;
    const id = textIn(fields['url']) ?? textIn(fields['id']);
    const body = toText(fields['body'], `${where}.body`, fail);
    if (id === undefined) fail(`${where}: has neither url nor id`);
    if (id === undefined || body.trim() === '') return [];
    const login = textIn(fieldsOf(fields['author'] ?? fields['user'])['login']);
    const target = importTarget('comments', {
      ticketId: refTo(ISSUES, key),
      content: login === undefined ? body : `**@${login}**\n\n${body}`,
      createdAt: toTime(fields['createdAt'] ?? fields['created_at'], `${where}.createdAt`, fail),
    });
    return [{ table: COMMENTS, key: id, raw: { ...fields }, place, target }];
  });
}

function toTitle(value: unknown, fail: (message: string) => void): string {
  const title = typeof value === 'string' ? value.replaceAll(/\s+/g, ' ').trim() : value;
  const { issues, output } = v.safeParse(LineSchema, title);
  if (issues) fail(`title: ${issues[0].message}`);
  return typeof output === 'string' ? output : '';
}

function toText(value: unknown, name: string, fail: (message: string) => void): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') fail(`${name}: must be text`);
  else if (value.length > MAX_TEXT_LENGTH)
    fail(
      `${name}: has ${value.length.toLocaleString('en')} characters; at most ${MAX_TEXT_LENGTH.toLocaleString('en')} can be kept`,
    );
  else return value.replaceAll(/\r\n?/g, '\n').trim();
  return '';
}

/** GitHub writes the first year of all for what never was. */
function toTime(value: unknown, name: string, fail: (message: string) => void): string | undefined {
  if (value === null || value === undefined || value === '' || value === '0001-01-01T00:00:00Z')
    return undefined;
  const time = typeof value === 'string' ? toTimestamp(value) : null;
  if (time === null) fail(`${name}: must be a time such as 2026-11-21T09:30:00Z`);
  return time ?? undefined;
}

function isPullRequest(value: GithubFields): boolean {
  return 'pull_request' in value && value['pull_request'] !== null;
}

function leftOut(records: readonly GithubRecord[], name: string): ImportNotice[] {
  const pulls = records.filter(({ value }) => isPullRequest(value));
  if (pulls.length === 0) return [];
  const count =
    pulls.length === 1 ? '1 pull request is' : `${String(pulls.length)} pull requests are`;
  const place = `${name}:${String(pulls[0]?.line)}`;
  return [{ severity: 'warning', place, message: `${count} no issue and left out` }];
}
