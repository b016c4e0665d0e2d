import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { createRepositories } from '../../../src/core/repositories/repositories.ts';
import { toPhrases } from '../../../src/core/services/search-expression.ts';
import type { SearchQuery } from '../../../src/shared/entities/search.ts';
import { makeAgent, makeMessage, makeTicket } from '../../support/factories.ts';
import { openTestApp, type TestApp } from '../../support/test-app.ts';

const STAMP = '2026-01-01T00:00:00.000Z';

let test: TestApp;

beforeEach(async () => {
  test = await openTestApp();
  const { tickets, agents, chat } = createRepositories(test.database);
  const { database } = test;
  database.run(
    "INSERT INTO projects (id, repository_name, path, created_at, updated_at) VALUES ('prj', 'shop', '/', ?, ?)",
    [STAMP, STAMP],
  );
  agents.create(makeAgent({ id: 'ada', name: 'Ada', projectId: 'prj' }));
  agents.create(makeAgent({ id: 'bob', name: 'Bob' }));
  tickets.create(
    makeTicket({
      ...{ id: 't_title', title: 'Repair the basket', labels: ['Checkout'], projectId: 'prj' },
      ...{ status: 'ready', externalId: 'SHOP-17' },
    }),
  );
  tickets.create(
    makeTicket({
      id: 't_text',
      title: 'Payment',
      description: `${'Many other words stand here. '.repeat(10)}The basket of the Müller family.`,
      acceptanceCriteria: '- [ ] foo-bar works',
    }),
  );
  tickets.create(makeTicket({ id: 't_old', title: 'Old basket', archivedAt: STAMP }));
  for (const [id, ticketId] of [
    ['c_open', 't_text'],
    ['c_old', 't_old'],
  ]) {
    database.run(
      "INSERT INTO comments (id, ticket_id, content, created_at) VALUES (?, ?, 'A basket is a bag', ?)",
      [id ?? null, ticketId ?? null, STAMP],
    );
  }
  chat.create(makeMessage({ id: 'm_ada', agentId: 'ada', content: 'Which basket?' }));
  chat.create(makeMessage({ id: 'm_bob', agentId: 'bob', content: 'No basket <b>here</b>' }));
  for (const [id, ticketId] of [
    ['l_free', null],
    ['l_old', 't_old'],
  ]) {
    database.run(
      "INSERT INTO agent_logs (id, agent_id, ticket_id, level, message, created_at) VALUES (?, 'ada', ?, 'info', 'basket test failed', ?)",
      [id ?? null, ticketId ?? null, STAMP],
    );
  }
  database.run(
    "INSERT INTO journeys (id, input, status, settings, created_at, updated_at) VALUES ('jny', 'x', 'complete', '{}', ?, ?)",
    [STAMP, STAMP],
  );
  database.run(
    "INSERT INTO journey_stages (id, journey_id, type, status, created_at) VALUES ('jst', 'jny', 'building', 'complete', ?)",
    [STAMP],
  );
  database.run(
    "INSERT INTO artifacts (id, stage_id, type, title, content, created_at) VALUES ('art', 'jst', 'code', 'basket.ts', 'export class Basket', ?)",
    [STAMP],
  );
});

async function find(text: string, query: Partial<SearchQuery> = {}): Promise<string[]> {
  return (await test.api.search.find({ text, ...query })).map(({ id }) => id);
}

async function found(text: string, query: Partial<SearchQuery> = {}): Promise<string[]> {
  return (await find(text, query)).toSorted();
}

describe('search', () => {
  it('looks through tickets, comments, chat, logs and artifacts', async () => {
    expect(await found('basket')).toEqual(
      ['art', 'c_open', 'l_free', 'm_ada', 'm_bob', 't_text', 't_title'].toSorted(),
    );
  });

  it('ranks a title before a text, and a short text before a long one', async () => {
    expect(await find('basket', { kind: 'ticket' })).toEqual(['t_title', 't_text']);
    test.database.run(
      "INSERT INTO comments (id, ticket_id, content, created_at) VALUES ('c_long', 't_text', ?, ?)",
      [`basket ${'and more '.repeat(50)}`, STAMP],
    );
    expect(await find('basket', { kind: 'comment' })).toEqual(['c_open', 'c_long']);
  });

  it('ranks a rare word before a common one', async () => {
    const { tickets } = createRepositories(test.database);
    for (let n = 0; n < 20; n += 1) {
      tickets.create(makeTicket({ id: `t${String(n)}`, title: 'common words' }));
    }
    tickets.create(makeTicket({ id: 'rare', title: 'common rare' }));
    tickets.create(makeTicket({ id: 'twice', title: 'common common', description: 'rare' }));
    expect((await find('common rare', { kind: 'ticket' }))[0]).toBe('rare');
  });

  it('tells what it found, where, and which words', async () => {
    const [ticket] = await test.api.search.find({ text: 'basket', kind: 'ticket' });
    expect(ticket).toEqual({
      kind: 'ticket',
      id: 't_title',
      title: 'Repair the basket',
      snippet: [
        { text: 'Repair the ', isMatch: false },
        { text: 'basket', isMatch: true },
      ],
      score: expect.any(Number) as number,
      at: STAMP,
      ticketId: 't_title',
      isArchived: false,
    });
    const [message] = await test.api.search.find({ text: 'here', kind: 'chat' });
    expect(message).toMatchObject({
      title: 'Bob',
      agentId: 'bob',
      snippet: [{ text: 'No basket <b>' }, { text: 'here', isMatch: true }, { text: '</b>' }],
    });
    const [artifact] = await test.api.search.find({ text: 'class', kind: 'artifact' });
    expect(artifact).toMatchObject({ title: 'basket.ts', journeyId: 'jny' });
    const [text] = await test.api.search.find({ text: 'müller' });
    expect(text?.snippet.map((part) => part.text).join('')).toMatch(/^….*Müller family\.$/);
  });

  it.each([
    ['BASKET muller', ['t_text']],
    ['bask', ['art', 'c_open', 'l_free', 'm_ada', 'm_bob', 't_text', 't_title']],
    ['bask ', []],
    ['"bask"', []],
    ['"basket of"', ['t_text']],
    ['of basket', ['t_text']],
    ['"of basket"', []],
    ['foo-bar', ['t_text']],
    ['shop-17', ['t_title']],
    ['checkout', ['t_title']],
    ['nothing', []],
    ['', []],
    ['  ', []],
    ['***', []],
  ])('takes %j word by word', async (text, expected) => {
    expect(await found(text)).toEqual(expected);
  });

  it.each([
    ['basket OR nothing', []],
    ['basket AND payment', []],
    ['basket NOT payment', []],
    ['title:basket', []],
    ['basket NEAR/2 payment', []],
    ['(basket', ['art', 'c_open', 'l_free', 'm_ada', 'm_bob', 't_text', 't_title']],
    ['-basket)', ['art', 'c_open', 'l_free', 'm_ada', 'm_bob', 't_text', 't_title']],
    ['^basket', ['art', 'c_open', 'l_free', 'm_ada', 'm_bob', 't_text', 't_title']],
    ['"basket', ['art', 'c_open', 'l_free', 'm_ada', 'm_bob', 't_text', 't_title']],
    ['bas*ket', []],
    ["'; DROP TABLE tickets; --", []],
  ])('gives %j no meaning of its own', async (text, expected) => {
    expect(await found(text)).toEqual(expected);
  });

  it('is never an error, whatever is typed', async () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '"',
        '*',
        '^',
        '(',
        ')',
        'NEAR',
        'NEAR/3',
        'OR',
        'NOT',
        ':',
        'title:',
        '-',
        '\u0000',
        '🦄',
        ' ',
      ),
      fc.constant('basket'),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 6 }), async (pieces) => {
        await find(pieces.join('').slice(0, 500));
      }),
      { numRuns: 300 },
    );
  });

  it('narrows by kind, project, status and archive', async () => {
    expect(await found('basket', { kind: ['comment', 'log'] })).toEqual(['c_open', 'l_free']);
    expect(await found('basket', { projectId: 'prj' })).toEqual(['l_free', 'm_ada', 't_title']);
    expect(await found('basket', { status: 'ready' })).toEqual(['t_title']);
    expect(await found('basket', { status: ['backlog', 'ready'] })).toEqual(
      ['c_open', 't_text', 't_title'].toSorted(),
    );
    expect(
      await found('basket', { includeArchived: true, kind: ['ticket', 'comment', 'log'] }),
    ).toEqual(['c_old', 'c_open', 'l_free', 'l_old', 't_old', 't_text', 't_title'].toSorted());
    expect(await find('basket', { limit: 2 })).toHaveLength(2);
  });

  it('follows changes and deletions', async () => {
    await test.api.tickets.update('t_title', { title: 'Repair the cart' });
    expect(await find('cart')).toEqual(['t_title']);
    expect(await find('repair basket')).toEqual([]);
    await test.api.tickets.delete('t_title');
    expect(await find('cart')).toEqual([]);
  });
});

describe('toPhrases', () => {
  it.each([
    ['one two', ['one', 'two'], true],
    ['one two ', ['one', 'two'], false],
    ['"one two" three', ['one two', 'three'], true],
    ['one "two"', ['one', 'two'], false],
    ['a"b', ['a', 'b'], true],
    ['🦄', ['🦄'], true],
    ['🦄 horn', ['horn'], true],
  ])('takes %j apart', (text, phrases, isOpen) => {
    expect(toPhrases(text)).toEqual({ phrases, isOpen });
  });

  it('finds no word among signs', () => {
    expect(toPhrases('*"^ \u0000')).toBeNull();
  });
});
