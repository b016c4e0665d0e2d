import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ImportReport } from '../../src/shared/types.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { queryHome } from './imported-home.ts';
import { runCommand, runJson } from './run-command.ts';

let folder: string;
let home: string;

beforeEach(() => {
  folder = temporaryFolder();
  home = path.join(folder, 'home');
});

function write(issues: unknown): string {
  const file = path.join(folder, 'issues.json');
  writeFileSync(file, JSON.stringify(issues, null, 2));
  return file;
}

const url = (number: number) => `https://github.com/acme/shop/issues/${String(number)}`;

/** As `gh issue list --state all --json …` writes them. */
const GH_ISSUES = [
  {
    assignees: [{ id: 'U_1', login: 'mia', name: 'Mia' }],
    body: 'Fails at times.\r\n\r\nDepends on #12, #13 and acme/other#1.\n\n```\nblocked by #11\n```',
    closedAt: null,
    comments: [
      {
        ...{ id: 'IC_1', author: { login: 'leo' }, authorAssociation: 'NONE' },
        ...{ body: 'Me too.', createdAt: '2026-03-02T10:00:00Z', reactionGroups: [] },
        ...{ url: `${url(14)}#issuecomment-1`, viewerDidAuthor: false },
      },
    ],
    createdAt: '2026-03-01T08:15:00Z',
    labels: [
      { id: 'L_1', name: 'bug', description: '', color: 'd73a4a' },
      { id: 'L_2', name: 'priority: high', description: '', color: 'ffffff' },
    ],
    milestone: { number: 1, title: 'v1' },
    number: 14,
    state: 'OPEN',
    stateReason: '',
    title: 'Cards are charged twice',
    updatedAt: '2026-03-03T08:15:00Z',
    url: url(14),
  },
  {
    ...{ number: 13, title: 'Write it down', state: 'CLOSED', stateReason: 'COMPLETED' },
    ...{
      body: '',
      labels: [{ name: 'documentation' }, { name: 'P3' }],
      comments: [],
      url: url(13),
    },
    ...{ createdAt: '2026-02-01T00:00:00Z', updatedAt: '2026-02-03T00:00:00Z' },
    closedAt: '2026-02-03T00:00:00Z',
  },
  {
    ...{ number: 12, title: 'Never', state: 'CLOSED', stateReason: 'NOT_PLANNED', body: null },
    ...{ labels: [], comments: [], url: url(12), createdAt: '2026-01-01T00:00:00Z' },
    ...{ updatedAt: '2026-01-02T00:00:00Z', closedAt: '2026-01-02T00:00:00Z' },
  },
  {
    ...{
      number: 11,
      title: 'Idle',
      state: 'OPEN',
      body: 'Depends on #14',
      labels: [],
      url: url(11),
    },
    ...{ createdAt: '2026-01-01T00:00:00Z', updatedAt: '2026-01-01T00:00:00Z', closedAt: null },
  },
];

/** As the REST interface lists them, pull requests among them. */
const REST_ISSUES = [
  {
    url: 'https://api.github.com/repos/acme/shop/issues/14',
    repository_url: 'https://api.github.com/repos/acme/shop',
    html_url: url(14),
    id: 1_234_567_890,
    number: 14,
    title: 'Cards are charged twice',
    user: { login: 'mia', id: 1, type: 'User' },
    labels: [{ id: 1, name: 'type: bug', color: 'd73a4a', default: true }],
    state: 'closed',
    state_reason: 'duplicate',
    comments: 3,
    created_at: '2026-03-01T08:15:00Z',
    updated_at: '2026-03-03T08:15:00Z',
    closed_at: '2026-03-03T08:15:00Z',
    body: null,
    reactions: { '+1': 2 },
  },
  {
    url: 'https://api.github.com/repos/acme/shop/issues/15',
    html_url: 'https://github.com/acme/shop/pull/15',
    ...{ id: 2, number: 15, title: 'A change', state: 'open', comments: 0, body: '' },
    pull_request: { html_url: 'https://github.com/acme/shop/pull/15' },
  },
];

const FIELDS =
  'external_id, source, title, status, priority, kind, labels, github_id, github_url, repo_url, ' +
  'created_at, updated_at, completed_at, closed_at';

describe('sweatshop import github', () => {
  it('brings in what gh lists, with comments and dependencies', async () => {
    const report = (await runJson(home, 'import', write(GH_ISSUES))) as ImportReport;
    expect(report).toMatchObject({
      source: { system: 'github' },
      counts: [
        { table: 'tickets', created: 4 },
        { table: 'comments', created: 1 },
      ],
      notices: [],
    });
    const rows = queryHome(home, `SELECT ${FIELDS} FROM tickets ORDER BY github_id DESC`);
    const shared = { source: 'github', repo_url: 'https://github.com/acme/shop' };
    expect(rows.slice(0, 3)).toEqual([
      {
        ...shared,
        ...{ external_id: 'acme/shop#14', title: 'Cards are charged twice', status: 'backlog' },
        ...{ priority: 'high', kind: 'bug', labels: '["bug","priority: high"]', github_id: 14 },
        ...{ github_url: url(14), created_at: '2026-03-01T08:15:00.000Z' },
        ...{ updated_at: '2026-03-03T08:15:00.000Z', completed_at: null, closed_at: null },
      },
      {
        ...shared,
        ...{ external_id: 'acme/shop#13', title: 'Write it down', status: 'merged' },
        ...{ priority: 'low', kind: 'docs', labels: '["documentation","P3"]', github_id: 13 },
        ...{ github_url: url(13), created_at: '2026-02-01T00:00:00.000Z' },
        ...{ updated_at: '2026-02-03T00:00:00.000Z', completed_at: '2026-02-03T00:00:00.000Z' },
        closed_at: '2026-02-03T00:00:00.000Z',
      },
      {
        ...shared,
        ...{ external_id: 'acme/shop#12', title: 'Never', status: 'rejected' },
        ...{ priority: 'medium', kind: 'feature', labels: '[]', github_id: 12 },
        ...{ github_url: url(12), created_at: '2026-01-01T00:00:00.000Z' },
        ...{ updated_at: '2026-01-02T00:00:00.000Z', completed_at: null },
        closed_at: '2026-01-02T00:00:00.000Z',
      },
    ]);
    const links = queryHome(
      home,
      'SELECT waiting.github_id AS waiting, blocker.github_id AS blocker FROM tickets AS waiting, ' +
        'json_each(waiting.depends_on) AS link JOIN tickets AS blocker ON blocker.id = link.value ORDER BY 1, 2',
    );
    expect(links.map(({ waiting, blocker }) => [waiting, blocker])).toEqual([
      [11, 14],
      [14, 12],
      [14, 13],
    ]);
    expect(
      queryHome(
        home,
        'SELECT github_id, content, comments.created_at FROM comments JOIN tickets ON tickets.id = ticket_id',
      ),
    ).toEqual([
      { github_id: 14, content: '**@leo**\n\nMe too.', created_at: '2026-03-02T10:00:00.000Z' },
    ]);
    const [record] = queryHome(
      home,
      "SELECT raw FROM import_records WHERE source_key = 'acme/shop#14'",
    );
    expect(JSON.parse(String(record?.['raw']))).toEqual(GH_ISSUES[0]);
  });

  it('brings in what the REST interface lists, without pull requests', async () => {
    const file = write(REST_ISSUES);
    const { exitCode, stdout, stderr } = await runCommand(home, 'import', file);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/tickets +1 +0 +0\n/);
    expect(stderr).toContain(`${file} is github`);
    expect(stderr).toMatch(/issues\.json:\d+: warning: 1 pull request is no issue and left out/);
    expect(queryHome(home, `SELECT ${FIELDS} FROM tickets`)).toMatchObject([
      { external_id: 'acme/shop#14', status: 'rejected', kind: 'bug', priority: 'medium' },
    ]);
  });

  it('takes the other form of an issue for the same issue', async () => {
    await runJson(home, 'import', write(GH_ISSUES));
    const report = await runJson(home, 'import', write(REST_ISSUES));
    expect(report).toMatchObject({ counts: [{ table: 'tickets', created: 0, changed: 1 }] });
    expect(queryHome(home, 'SELECT status FROM tickets WHERE github_id = 14')).toEqual([
      { status: 'rejected' },
    ]);
  });

  it('does not ponder over the text of an issue', async () => {
    const body = `depends on${'\n'.repeat(300_000)}x`.repeat(3);
    const startMs = performance.now();
    const file = write([{ number: 1, title: 'One', body }]);
    expect(await runCommand(home, 'import', file)).toMatchObject({ exitCode: 0 });
    expect(performance.now() - startMs).toBeLessThan(5_000);
  });

  it.each([
    ['Depends on #2', ['#2']],
    ['depends upon: #2, #3 and #4', ['#2', '#3', '#4']],
    ['Blocked by:\n- [ ] #2\n- [x] #3', ['#2', '#3']],
    ['Waiting for https://github.com/acme/shop/issues/2', ['#2']],
    ['Requires acme/shop#3 & acme/other#2', ['#3']],
    ['Depends on #9', []],
    ['Depends on #1', []],
    ['It depends on the weather, see #2', []],
  ])('finds in %j that it waits for %j', async (body, blockers) => {
    const issues = [1, 2, 3, 4].map((number) => ({
      ...{ number, title: `Issue ${String(number)}`, url: url(number) },
      body: number === 1 ? body : '',
    }));
    await runJson(home, 'import', write(issues));
    const links = queryHome(
      home,
      "SELECT '#' || blocker.github_id AS blocker FROM tickets AS waiting, json_each(waiting.depends_on) AS link " +
        'JOIN tickets AS blocker ON blocker.id = link.value WHERE waiting.github_id = 1 ORDER BY 1',
    );
    expect(links.map(({ blocker }) => blocker)).toEqual(blockers);
  });

  it('brings in a list with nothing in it', async () => {
    const { exitCode, stdout } = await runCommand(home, 'import', 'github', write([]));
    expect(exitCode).toBe(0);
    expect(stdout).toContain('There is nothing in it.');
  });

  it.each([
    ['P0', 'critical'],
    ['p1', 'high'],
    ['priority/urgent', 'critical'],
    ['Priority: P2', 'medium'],
    ['prio-low', 'low'],
    ['high priority', 'high'],
    ['severity: critical', 'critical'],
    ['priority 1', 'high'],
    ['blocker', 'critical'],
    ['high', 'medium'],
    ['performance', 'medium'],
  ])('takes the label %s for the priority %s', async (label, priority) => {
    await runJson(home, 'import', write([{ number: 1, title: 'One', labels: [label] }]));
    expect(queryHome(home, 'SELECT external_id, priority FROM tickets')).toEqual([
      { external_id: '#1', priority },
    ]);
  });
});
