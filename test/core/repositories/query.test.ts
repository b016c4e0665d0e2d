import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../../src/core/database/database.ts';
import type { Clause, Query } from '../../../src/core/repositories/query.ts';
import {
  createRepositories,
  type Repositories,
} from '../../../src/core/repositories/repositories.ts';
import type { Agent, Ticket } from '../../../src/shared/types.ts';
import { makeAgent, makeTicket } from '../../support/factories.ts';
import { openTestDatabase } from '../../support/test-app.ts';
import { watchQueries } from '../../support/watch-queries.ts';

let database: Database;
let repositories: Repositories;

beforeEach(async () => {
  database = await openTestDatabase();
  repositories = createRepositories(database);
});

function ids(query: Query<Ticket>): string[] {
  return repositories.tickets.query(query).map(({ id }) => id);
}

describe('query', () => {
  beforeEach(() => {
    for (const [id, externalId, title] of [
      ['a', 'X-1', 'Straße'],
      ['b', 'X-2', 'STRASSE'],
      ['c', undefined, '100% \\ _sure_'],
    ] as const) {
      repositories.tickets.create(
        makeTicket({ id, title, ...(externalId === undefined ? {} : { externalId }) }),
      );
    }
  });

  it.each<[Clause<Ticket>[], string[]]>([
    [[], ['a', 'b', 'c']],
    [[['id', '=', 'a']], ['a']],
    [[['externalId', '=', null]], ['c']],
    [[['externalId', '!=', null]], ['a', 'b']],
    [[['externalId', '!=', 'X-1']], ['b', 'c']],
    [[['externalId', '>', 'X-1']], ['b']],
    [[['externalId', 'in', ['X-1', null]]], ['a', 'c']],
    [[['externalId', 'in', []]], []],
    [[['title', 'like', 'stra%']], ['a', 'b']],
    [[['title', 'like', 'STRAßE']], ['a']],
    [[['title', 'like', '100\\% \\\\ \\_%']], ['c']],
    [[['title', '<', 'Straße']], ['b', 'c']],
    [
      [
        ['status', 'in', ['backlog', 'ready']],
        ['id', '<=', 'b'],
      ],
      ['a', 'b'],
    ],
  ])('takes in %j', (where, expected) => {
    expect(ids({ where })).toEqual(expected);
    expect(repositories.tickets.countQuery(where)).toBe(expected.length);
  });

  it('puts rows without a value first, or last the other way round, and equal rows by id', () => {
    expect(ids({ orderBy: [['externalId', 'asc']] })).toEqual(['c', 'a', 'b']);
    expect(ids({ orderBy: [['externalId', 'desc']] })).toEqual(['b', 'a', 'c']);
    expect(ids({ orderBy: [['status', 'desc']] })).toEqual(['a', 'b', 'c']);
  });

  it('gives a page', () => {
    expect(ids({ limit: 1, offset: 1 })).toEqual(['b']);
    expect(ids({ offset: 2 })).toEqual(['c']);
    expect(ids({ limit: 0 })).toEqual([]);
  });

  it('does not compile for a field, operator or value that does not fit', () => {
    const wrong: Query<Ticket>[] = [
      // @ts-expect-error there is no such field
      { where: [['titel', '=', 'x']] },
      // @ts-expect-error a list cannot be compared
      { where: [['labels', '=', 'x']] },
      // @ts-expect-error there is no such operator
      { where: [['title', '~', 'x']] },
      // @ts-expect-error there is no such status
      { where: [['status', '=', 'done']] },
      // @ts-expect-error a title is never absent
      { where: [['title', '=', null]] },
      // @ts-expect-error nothing is less than null
      { where: [['externalId', '<', null]] },
      // @ts-expect-error in needs a list
      { where: [['title', 'in', 'x']] },
      // @ts-expect-error a list has no order
      { orderBy: [['labels', 'asc']] },
      // @ts-expect-error there is no such direction
      { orderBy: [['title', 'up']] },
    ];
    expect(wrong).toHaveLength(9);
    const wrongAgent: Query<Agent> = {
      // @ts-expect-error a field of another entity
      where: [['title', '=', 'x']],
    };
    expect(() => repositories.agents.query(wrongAgent)).toThrow('agents has no field title');
  });

  it.each([
    [{ where: [['titel', '=', 'x']] }, 'tickets has no field titel'],
    [{ where: [['title; DROP TABLE tickets', '=', 'x']] }, 'has no field'],
    [{ where: [['__proto__', '=', 'x']] }, 'has no field'],
    [{ where: [['labels', '=', '[]']] }, 'cannot be compared'],
    [{ where: [['title', '= 1 OR 1', 'x']] }, 'there is no operator'],
    [{ where: [['title', 'like', 7]] }, 'needs a text'],
    [{ where: [['title', 'like', 'x\\']] }, 'ends in \\'],
    [{ where: [['title', '<', null]] }, 'cannot be compared with null'],
    [{ where: [['title', 'in', 'x']] }, 'needs a list'],
    [{ where: [['title', '=', Number.NaN]] }, 'must be a text'],
    [{ where: [['title', 'in', [{}]]] }, 'must be a text'],
    [{ orderBy: [['titel', 'asc']] }, 'has no field'],
    [{ orderBy: [['title', 'asc; --']] }, 'asc or desc'],
    [{ limit: -1 }, 'whole number'],
    [{ offset: 0.5 }, 'whole number'],
  ])('is refused at run time: %j', (query, message) => {
    expect(() => ids(query as unknown as Query<Ticket>)).toThrow(
      expect.objectContaining({
        code: 'InvalidInput',
        message: expect.stringContaining(message) as string,
      }),
    );
  });

  it('uses an index that leaves NULL out', () => {
    const agent = repositories.agents.create(makeAgent());
    const { plans } = watchQueries(database);
    ids({ where: [['assignedAgentId', '=', agent.id]] });
    expect(plans.join()).toMatch(/USING INDEX tickets_by_agent/);
  });
});

describe('query beside a model in JavaScript', () => {
  // Few and awkward values, so that comparisons often meet equal, absent and differently spelled ones.
  const text = fc.constantFrom(...'a A ab aB b ä Ä % _ \\ 😀 \uffff'.split(' '), ' ');
  const pattern = fc
    .array(fc.constantFrom(...'a B ä % _ \\% \\_ \\\\ \\a 😀'.split(' ')), { maxLength: 4 })
    .map((parts) => parts.join(''));
  const status = fc.constantFrom('IDLE' as const, 'ERROR' as const, 'MERGING' as const);
  const equality = fc.constantFrom('=' as const, '!=' as const);
  const comparison = fc.constantFrom('<' as const, '<=' as const, '>' as const, '>=' as const);

  const clause: fc.Arbitrary<Clause<Agent>> = fc.oneof(
    fc.tuple(fc.constant('branchName' as const), equality, fc.option(text)),
    fc.tuple(fc.constant('status' as const), equality, status),
    fc.tuple(fc.constant('branchName' as const), comparison, text),
    fc.tuple(fc.constant('name' as const), comparison, text),
    fc.tuple(
      fc.constant('branchName' as const),
      fc.constant('in' as const),
      fc.array(fc.option(text)),
    ),
    fc.tuple(
      fc.constant('status' as const),
      fc.constant('in' as const),
      fc.array(status, { maxLength: 2 }),
    ),
    fc.tuple(fc.constant('name' as const), fc.constant('like' as const), pattern),
    fc.tuple(fc.constant('branchName' as const), fc.constant('like' as const), pattern),
  );
  const direction = fc.constantFrom('asc' as const, 'desc' as const);
  const field = fc.constantFrom('name' as const, 'branchName' as const, 'status' as const);

  const agents = fc.array(
    fc.record({ name: text, branchName: fc.option(text, { nil: undefined }), status }),
    { maxLength: 8 },
  );
  const queries = fc.record({
    where: fc.array(clause, { maxLength: 2 }),
    orderBy: fc.array(fc.tuple(field, direction), { maxLength: 2 }),
    limit: fc.option(fc.nat(6), { nil: undefined }),
    offset: fc.option(fc.nat(4), { nil: undefined }),
  });

  it('gives the same rows in the same order', () => {
    fc.assert(
      fc.property(agents, queries, (fields, query) => {
        database.run('DELETE FROM agents');
        const rows = fields.map(({ branchName, ...agent }, index) =>
          repositories.agents.create(
            makeAgent({
              ...agent,
              id: `agt_${String(index)}`,
              ...(branchName === undefined ? {} : { branchName }),
            }),
          ),
        );
        const found = repositories.agents.query(query);
        expect(found.map(({ id }) => id)).toEqual(model(rows, query));
      }),
      { numRuns: 500 },
    );
  });
});

function model(agents: readonly Agent[], query: Query<Agent>): string[] {
  const order = [...(query.orderBy ?? []), ['id', 'asc'] as const];
  return agents
    .filter((agent) => (query.where ?? []).every((clause) => matches(agent, clause)))
    .toSorted((one, other) => {
      for (const [field, direction] of order) {
        const difference = compare(textOf(one, field), textOf(other, field));
        if (difference !== 0) return direction === 'asc' ? difference : -difference;
      }
      return 0;
    })
    .slice(query.offset ?? 0)
    .slice(0, query.limit)
    .map(({ id }) => id);
}

function textOf(agent: Agent, field: keyof Agent): string | null {
  return (agent[field] as string | undefined) ?? null;
}

function matches(agent: Agent, [field, operator, value]: Clause<Agent>): boolean {
  const actual = textOf(agent, field);
  if (operator === 'in') return (value as readonly unknown[]).includes(actual);
  if (operator === '=') return actual === value;
  if (operator === '!=') return actual !== value;
  if (actual === null) return false;
  if (operator === 'like') return toRegExp(value).test(lower(actual));
  const difference = compare(actual, value as string);
  return { '<': difference < 0, '<=': difference <= 0, '>': difference > 0, '>=': difference >= 0 }[
    operator
  ];
}

/** SQLite compares the bytes of UTF-8, which are in the order of code points; JavaScript compares UTF-16. */
function compare(one: string | null, other: string | null): number {
  if (one === null || other === null) return Number(one !== null) - Number(other !== null);
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

function lower(value: string): string {
  return value.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function toRegExp(pattern: string): RegExp {
  const parts = lower(pattern).match(/\\?[\s\S]/gu) ?? [];
  const source = parts.map((part) => {
    if (part === '%') return '.*';
    if (part === '_') return '.';
    const character = part.startsWith('\\') ? part.slice(1) : part;
    return character.replace(/[$()*+.?[\\\]^{|}]/, '\\$&');
  });
  return new RegExp(`^${source.join('')}$`, 'su');
}
