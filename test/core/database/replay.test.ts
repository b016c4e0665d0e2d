import fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Database } from '../../../src/core/database/database.ts';
import type { NumberedTransaction } from '../../../src/shared/logged-transaction.ts';
import { TICKET_STATUSES } from '../../../src/shared/types.ts';
import { noteEngine, notesOf, openNotes, type Notes } from '../../support/note-engine.ts';
import { useGovernanceChannels, useProjectChannels } from '../../support/project-day.ts';
import { startWork, WORK } from '../../support/random-work.ts';
import { openTestApp } from '../../support/test-app.ts';
import { useJourneyChannels, useTerminalChannels } from '../../support/workshop-day.ts';

const engine = await noteEngine();

let first: Uint8Array;
let live: Notes;
let commits: NumberedTransaction[];

beforeEach(async () => {
  first = (await openNotes(null)).database.snapshot();
  live = notesOf(engine.open(first));
  commits = [];
  live.database.onCommit((transaction) => commits.push(transaction));
});

function replayed(image: Uint8Array, transactions: readonly NumberedTransaction[]): Database {
  const copy = engine.open(image);
  for (const transaction of transactions) copy.replay(transaction);
  return copy;
}

/** Undoes an inner part whose error the outer one catches. */
function tryAndFail(work: () => void): void {
  try {
    live.database.transaction(() => {
      work();
      throw new Error('undone');
    });
  } catch {
    return;
  }
}

describe('a commit', () => {
  it('comes with its number, time, schema and values as they were bound', () => {
    const bytes = new Uint8Array([1, 2]);
    const { database } = live;
    database.transaction(() => {
      database.run('INSERT INTO notes VALUES (?)', [bytes]);
      bytes[0] = 9;
      database.run('INSERT INTO notes VALUES (?)', ['half \uD800 pair']);
      database.run('DELETE FROM notes WHERE text = ?', ['nothing']);
    });
    expect(commits).toEqual([
      {
        seq: 1,
        nowMs: Date.UTC(2026, 0, 1),
        schemaVersion: 17,
        statements: [
          {
            sql: 'INSERT INTO notes VALUES (?)',
            params: [new Uint8Array([1, 2])],
            changes: 1,
          },
          { sql: 'INSERT INTO notes VALUES (?)', params: ['half \uFFFD pair'], changes: 1 },
        ],
      },
    ]);
    expect(database.get('SELECT last_seq, changed_at FROM _sw_meta')).toEqual([
      1,
      '2026-01-01T00:00:00.000Z',
    ]);
    expect(database.facts()).toMatchObject({ seq: 1, changedAt: '2026-01-01T00:00:00.000Z' });
  });

  it('is announced to the log before anybody else, and has no number when it wrote nothing', () => {
    const heard: string[] = [];
    live.database.onChange(() => heard.push('rows'));
    live.database.onCommit(() => heard.push('log'));
    live.add('a');
    expect(heard).toEqual(['log', 'rows']);
    live.database.run('DELETE FROM notes WHERE text = ?', ['nothing']);
    live.database.transaction(() => live.notes());
    tryAndFail(() => {
      live.add('b');
    });
    expect(heard).toEqual(['log', 'rows']);
    expect(live.database.seq).toBe(1);
  });

  it('leaves no number behind when the commit itself fails', async () => {
    const notes = await openNotes(null);
    notes.database.exec(
      'CREATE TABLE deferred (a INTEGER PRIMARY KEY, b INTEGER REFERENCES deferred (a) DEFERRABLE INITIALLY DEFERRED)',
    );
    const heard = vi.fn();
    notes.database.onCommit(heard);
    expect(() => notes.database.run('INSERT INTO deferred VALUES (1, 2)')).toThrow(
      expect.objectContaining({ code: 'Conflict' }),
    );
    expect(heard).not.toHaveBeenCalled();
    notes.add('a');
    expect(heard.mock.calls).toMatchObject([[{ seq: 1, statements: [{ params: ['a'] }] }]]);
  });

  it('does not hold what an inner part wrote before it was undone', () => {
    live.database.transaction(() => {
      live.add('a');
      tryAndFail(() => {
        live.add('b');
        live.database.transaction(() => {
          live.add('c');
        });
      });
      live.database.transaction(() => {
        live.add('d');
      });
    });
    expect(commits[0]?.statements.map(({ params }) => params)).toEqual([['a'], ['d']]);
    expect(replayed(first, commits).snapshot()).toEqual(live.database.snapshot());
  });
});

describe('a replay', () => {
  const corrupt = (details: object) =>
    expect.objectContaining({
      code: 'DatabaseCorrupt',
      details: expect.objectContaining(details) as object,
    }) as Error;

  function changed(
    part: Partial<NumberedTransaction>,
    statement: Partial<NumberedTransaction['statements'][number]> = {},
  ): NumberedTransaction {
    const [commit] = commits as [NumberedTransaction];
    const [head, last] = commit.statements as [(typeof commit.statements)[0], object];
    return { ...commit, statements: [head, { ...head, ...last, ...statement }], ...part };
  }

  beforeEach(() => {
    live.database.transaction(() => {
      live.add('a');
      live.add('b');
    });
  });

  it.each([
    ['has another number', { seq: 3 }, {}, { seq: 3, expected: 1, found: 3 }],
    ['is of another schema', { schemaVersion: 16 }, {}, { expected: 16, found: 17 }],
    ['changes other rows', {}, { changes: 2 }, { statement: 1, expected: 2, found: 1 }],
    ['fails', {}, { params: [null] }, { seq: 1, statement: 1 }],
    ['holds no SQL', {}, { sql: 'nonsense' }, { statement: 1 }],
    ['holds SQL that no log may', {}, { sql: 'DROP TABLE notes', params: [] }, { statement: 1 }],
  ])('of one that %s leaves the database as it was', (_what, part, statement, details) => {
    const copy = engine.open(first);
    expect(() => {
      copy.replay(changed(part, statement));
    }).toThrow(corrupt(details));
    expect(copy.snapshot()).toEqual(first);
    copy.replay(changed({}));
    expect(copy.snapshot()).toEqual(live.database.snapshot());
  });

  it('does not run one twice', () => {
    const copy = replayed(first, commits);
    expect(() => {
      copy.replay(changed({}));
    }).toThrow(corrupt({ expected: 2, found: 1 }));
  });

  it('gives the same bytes for any history of the store, undone parts included', () => {
    const step = fc.letrec<{ step: () => void }>((tie) => ({
      step: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.string({ unit: 'binary', maxLength: 3_000 }).map((text) => () => {
          live.add(text);
        }),
        fc.nat(9).map((rest) => () => {
          live.database.run('DELETE FROM notes WHERE rowid % 10 = ?', [rest]);
        }),
        fc.double().map((value) => () => {
          live.database.run('UPDATE notes SET text = ? WHERE rowid % 3 = 1', [value || -0]);
        }),
        fc
          .tuple(fc.boolean(), fc.array(tie('step'), { maxLength: 5 }))
          .map(([isUndone, steps]) => () => {
            const all = () => {
              for (const one of steps) one();
            };
            if (isUndone) tryAndFail(all);
            else live.database.transaction(all);
          }),
      ),
    })).step;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        live = notesOf(engine.open(first));
        commits = [];
        live.database.onCommit((transaction) => commits.push(transaction));
        for (const one of steps) {
          try {
            one();
          } catch {
            // NaN is NULL, which the column refuses: an undone statement inside a history is what is wanted.
          }
        }
        const copy = replayed(first, commits);
        expect(copy.seq).toBe(live.database.seq);
        expect(copy.snapshot()).toEqual(live.database.snapshot());
        copy.close();
        live.database.close();
      }),
      { numRuns: 150 },
    );
  });

  it('gives the same bytes for a day that makes every kind of call', async () => {
    const test = await openTestApp();
    const image = test.database.snapshot();
    await useProjectChannels(test.api);
    await useGovernanceChannels(test.api);
    await useJourneyChannels(test.api);
    await useTerminalChannels(test.api);
    expect(test.commits.length).toBeGreaterThan(80);
    const copy = replayed(image, test.commits);
    expect(copy.snapshot()).toEqual(test.database.snapshot());
    copy.close();
  });

  it('gives the same bytes for any day of work with the services', async () => {
    const action = fc.record({
      kind: fc.constantFrom(...WORK),
      one: fc.nat(20),
      other: fc.nat(20),
      text: fc.string({ minLength: 1, maxLength: 200, unit: 'grapheme' }),
      status: fc.constantFrom(...TICKET_STATUSES),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 60 }), async (actions) => {
        const test = await openTestApp();
        const image = test.database.snapshot();
        const work = await startWork(test.api);
        for (const { kind, ...choice } of actions) {
          await work[kind](choice).catch(() => undefined);
          await test.clock.advance(1_000);
        }
        const copy = replayed(image, test.commits);
        expect(copy.snapshot()).toEqual(test.database.snapshot());
        copy.close();
      }),
      { numRuns: 25 },
    );
  });
});

describe('taking over another database', () => {
  it('keeps who listens, tells them that any row may have changed, and counts on from there', async () => {
    const heard = vi.fn();
    live.add('mine');
    live.database.onChange(heard);
    const { uuid } = live.database;
    const other = await openNotes(null);
    other.add('theirs');
    other.database.rebase({ uuid: uuid ?? '', seq: 7 });
    live.database.adopt(other.database);
    expect(live.notes()).toEqual(['theirs']);
    expect(live.database).toMatchObject({ uuid, seq: 7, schemaVersion: 17 });
    expect(heard.mock.calls).toEqual([[new Map([['notes', 'any']])]]);
    live.add('more');
    expect(commits.map(({ seq }) => seq)).toEqual([1, 8]);
    expect(engine.open(live.database.snapshot()).facts().seq).toBe(8);
  });

  it('waits for the end of a transaction, and takes none without an identity', async () => {
    live.add('mine');
    const other = await openNotes(null);
    live.database.transaction(() => {
      expect(() => {
        live.database.adopt(other.database);
      }).toThrow(expect.objectContaining({ code: 'Busy' }));
    });
    const stranger = engine.open(null);
    expect(() => {
      live.database.adopt(stranger);
    }).toThrow(expect.objectContaining({ code: 'Internal' }));
    expect(live.notes()).toEqual(['mine']);
  });
});

describe('another identity', () => {
  it('is not logged, stays with the image and gives one back that was deleted', async () => {
    const uuid = crypto.randomUUID();
    live.database.rebase({ uuid, seq: 5 });
    expect(commits).toEqual([]);
    expect(engine.open(live.database.snapshot())).toMatchObject({ uuid, seq: 5 });
    const lost = await openNotes(null);
    lost.database.exec('DELETE FROM _sw_meta');
    lost.database.rebase({ uuid, seq: 3 });
    expect(lost.database).toMatchObject({ uuid, seq: 3 });
  });

  it('never gives out the number of a commit again', () => {
    live.add('a');
    live.add('b');
    const uuid = live.database.uuid ?? '';
    expect(() => {
      live.database.rebase({ uuid, seq: 1 });
    }).toThrow(expect.objectContaining({ code: 'Internal' }));
    expect(live.database.seq).toBe(2);
  });

  it('is refused by a database that was not migrated, which stays usable', () => {
    const bare = engine.open(null);
    expect(() => {
      bare.rebase({ uuid: crypto.randomUUID(), seq: 1 });
    }).toThrow(expect.objectContaining({ code: 'Internal' }));
    expect(bare.transaction(() => bare.get('SELECT 1'))).toEqual([1]);
  });
});
