import type { TicketKind, TicketPriority, TicketStatus } from '../../../shared/types.ts';
import { KIND_WORDS, PRIORITY_WORDS, wordKey } from '../ticket-words.ts';

/** An issue as `gh issue list --json …` or the REST interface gives it. */
export type GithubFields = Readonly<Record<string, unknown>>;

/** Where an issue is: `owner/name` as far as its address tells. */
export type GithubPlace = { readonly repository: string | null; readonly repoUrl: string | null };

const ISSUE_URL = /^(https?:\/\/[^/\s]+)\/(?:repos\/)?([\w.-]+\/[\w.-]+)\/(?:issues|pull)\/\d+/;
const PRIORITY_LABEL = /^(?:priority|prio|severity|p)[\s:/_-]*(.+)$/i;
const PRIORITY_LABEL_BEHIND = /^(.+?)[\s:/_-]*(?:priority|prio)$/i;
const KIND_LABEL = /^(?:type|kind|issue type|t|k)[\s]*[:/_-][\s]*(.+)$/i;
/** Only these say of themselves that they mean a priority. */
const BARE_PRIORITIES: ReadonlySet<string> = new Set([
  'critical',
  'urgent',
  'blocker',
  'showstopper',
]);
const PRIORITY_NUMBER = /^[0-5]$/;
const REFERENCE = String.raw`(?:https?:\/\/[^\s/]+\/[\w.-]+\/[\w.-]+\/issues\/\d+|(?:[\w.-]+\/[\w.-]+)?#\d+)`;
/** Spaces are counted: a run of a million of them must not be tried in every division. */
const DEPENDS = new RegExp(
  String.raw`\b(?:depends\s{1,3}(?:up)?on|blocked\s{1,3}by|requires|waits\s{1,3}for|waiting\s{1,3}(?:for|on))\b\s{0,3}:?\s{0,5}(?:[-*]\s{1,3}(?:\[[ x]\]\s{1,3})?)?(${REFERENCE}(?:\s{0,3}(?:,|&|and|[-*]\s)\s{0,3}(?:\[[ x]\]\s{1,3})?${REFERENCE})*)`,
  'gi',
);

/** Tells by the names of its fields whether an object is an issue of GitHub. */
export function isGithubIssue(names: ReadonlySet<string>): boolean {
  const marks = [
    'html_url',
    'url',
    'state',
    'stateReason',
    'labels',
    'body',
    'createdAt',
    'created_at',
  ];
  return names.has('number') && names.has('title') && marks.some((mark) => names.has(mark));
}

/** Gives the address of an issue that a browser opens. */
export function addressOf(issue: GithubFields): string | undefined {
  return textIn(issue['html_url']) ?? textIn(issue['url']);
}

/** Tells from its addresses in which repository an issue is. */
export function repositoryOf(issue: GithubFields): GithubPlace {
  const match = ISSUE_URL.exec(addressOf(issue) ?? '');
  if (!match) return { repository: null, repoUrl: null };
  const [, host = '', repository = ''] = match;
  return {
    repository,
    repoUrl: `${host.replace('://api.github.com', '://github.com')}/${repository}`,
  };
}

export function statusOf(issue: GithubFields): TicketStatus | null {
  const state =
    textIn(issue['state'])?.toLowerCase() ?? (issue['closed'] === true ? 'closed' : 'open');
  if (state === 'open') return 'backlog';
  if (state !== 'closed') return null;
  const reason = (
    textIn(issue['stateReason']) ??
    textIn(issue['state_reason']) ??
    ''
  ).toLowerCase();
  return reason === 'not_planned' || reason === 'duplicate' ? 'rejected' : 'merged';
}

/** Gives the most urgent of what the labels say; medium where they say nothing. */
export function priorityOf(labels: readonly string[]): TicketPriority {
  const found = new Set(labels.map(priorityOfLabel));
  return (
    (['critical', 'high', 'medium', 'low'] as const).find((priority) => found.has(priority)) ??
    'medium'
  );
}

/** Gives the first kind that the labels, or the type of the issue, say. */
export function kindOf(labels: readonly string[], type: string | undefined): TicketKind {
  const words = [...(type === undefined ? [] : [type]), ...labels];
  const kinds = words.map((word) => KIND_WORDS.get(wordKey(KIND_LABEL.exec(word)?.[1] ?? word)));
  return kinds.find((kind) => kind !== undefined) ?? 'feature';
}

/**
 * Finds the issues that a text says an issue depends on.
 *
 * @param repository Of the issue itself, for references that name none.
 * @returns References such as `owner/name#12`, or `#12` where no repository is known.
 */
export function dependenciesIn(body: string, repository: string | null): string[] {
  const prose = body.replaceAll(/```[^]*?(?:```|$)/g, '').replaceAll(/`[^`\n]*`/g, '');
  const lists = [...prose.matchAll(DEPENDS)].map(([, list = '']) => list);
  const references = lists.flatMap((list) => list.match(new RegExp(REFERENCE, 'g')) ?? []);
  return [...new Set(references.map((reference) => normalise(reference, repository)))];
}

/** Gives the labels by their names, whatever form they have. */
export function labelsOf(issue: GithubFields): readonly string[] | null {
  const labels = issue['labels'] ?? [];
  if (!Array.isArray(labels)) return null;
  const names = labels.map((label) => textIn(label) ?? textIn(fieldsOf(label)['name']));
  return names.every((name) => name !== undefined) ? names : null;
}

export function fieldsOf(value: unknown): GithubFields {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as GithubFields) : {};
}

/** @returns Undefined for what is no text or empty. */
export function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function priorityOfLabel(label: string): TicketPriority | undefined {
  const bare = wordKey(label);
  if (BARE_PRIORITIES.has(bare) || /^p[0-5]$/.test(bare)) return PRIORITY_WORDS.get(bare);
  const word = PRIORITY_LABEL.exec(label)?.[1] ?? PRIORITY_LABEL_BEHIND.exec(label)?.[1] ?? '';
  const key = wordKey(word);
  return PRIORITY_WORDS.get(PRIORITY_NUMBER.test(key) ? `p${key}` : key);
}

function normalise(reference: string, repository: string | null): string {
  const number = /\d+$/.exec(reference)?.[0] ?? '';
  const named = /([\w.-]+\/[\w.-]+)(?:#|\/issues\/)\d+$/.exec(reference)?.[1] ?? repository;
  return issueKey(named, number);
}

/** Gives the name of an issue, such as `owner/name#12`. */
export function issueKey(repository: string | null, number: string | number): string {
  return `${repository ?? ''}#${String(number)}`;
}
