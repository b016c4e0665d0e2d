import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Database } from '../../../src/core/database/database.ts';
import { createEngine } from '../../../src/core/database/engine.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { builtInMigrations, newestSchemaVersion } from '../../../src/core/migrations.ts';
import { SweatShopError } from '../../../src/shared/errors.ts';
import { readSqlWasm } from '../../support/sql-wasm.ts';

const STORE_META = builtInMigrations.find(({ name }) => name === '0017_store_meta.sql')?.sql ?? '';
const engine = await createEngine(readSqlWasm(), new ManualClock(), newestSchemaVersion);

let database: Database;

beforeEach(() => {
  database = engine.open(null);
  database.exec(
    'CREATE TABLE parents (id TEXT PRIMARY KEY);' +
      'CREATE TABLE children (id TEXT PRIMARY KEY, parent TEXT REFERENCES parents (id), size INTEGER CHECK (size > 0));' +
      STORE_META,
  );
  database.run('INSERT INTO _sw_meta (id, db_uuid) VALUES (1, ?)', [crypto.randomUUID()]);
});

function addParent(id: string): void {
  database.run('INSERT INTO parents VALUES (?)', [id], { table: 'parents', id });
}

function parentIds(): unknown[] {
  return database.all('SELECT id FROM parents ORDER BY id').map(([id]) => id);
}

describe('queries', () => {
  it('give values by position, with every type SQLite has', () => {
    const blob = new Uint8Array([0, 255]);
    expect(database.get('SELECT ?, ?, ?, ?, ?', ['text', 7, 1.5, null, blob])).toEqual([
      'text',
      7,
      1.5,
      null,
      blob,
    ]);
  });

  it('give undefined where there is no row', () => {
    expect(database.get('SELECT id FROM parents')).toBeUndefined();
  });

  it('can be run again after one of them failed', () => {
    addParent('a');
    expect(() => {
      addParent('a');
    }).toThrow(expect.objectContaining({ code: 'Conflict' }));
    addParent('b');
    expect(parentIds()).toEqual(['a', 'b']);
  });

  it('keep no more than a few hundred compiled statements, and still answer', () => {
    for (let n = 0; n < 1_000; n += 1) {
      expect(database.get(`SELECT ${String(n)}`)).toEqual([n]);
    }
    expect(database.get('SELECT 0')).toEqual([0]);
  });
});

describe('transaction', () => {
  it('undoes everything when the work throws', () => {
    expect(() =>
      database.transaction(() => {
        addParent('a');
        throw new Error('stop');
      }),
    ).toThrow('stop');
    expect(parentIds()).toEqual([]);
    expect(database.inTransaction).toBe(false);
  });

  it('undoes only the inner part when the outer one catches', () => {
    database.transaction(() => {
      addParent('outer');
      try {
        database.transaction(() => {
          addParent('inner');
          throw new Error('stop');
        });
      } catch {
        addParent('after');
      }
    });
    expect(parentIds()).toEqual(['after', 'outer']);
  });

  it('refuses work that is not synchronous, and undoes it', () => {
    expect(() =>
      database.transaction(() => {
        addParent('a');
        return Promise.resolve();
      }),
    ).toThrow('synchronous');
    expect(parentIds()).toEqual([]);
  });

  it('undoes everything when a deferred constraint fails at the commit', () => {
    database.exec(
      'CREATE TABLE deferred (parent TEXT REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED)',
    );
    expect(() => {
      database.transaction(() => {
        addParent('a');
        database.run("INSERT INTO deferred VALUES ('nobody')");
      });
    }).toThrow(expect.objectContaining({ code: 'Conflict' }));
    expect(parentIds()).toEqual([]);
    addParent('b');
    expect(parentIds()).toEqual(['b']);
  });
});

describe('the change feed', () => {
  it('speaks once after the outermost commit, with each row once', () => {
    const heard = vi.fn();
    database.onChange(heard);
    database.transaction(() => {
      addParent('a');
      database.transaction(() => {
        addParent('b');
      });
      database.touch([
        { table: 'parents', id: 'a' },
        { table: 'children', id: 'c' },
      ]);
      expect(heard).not.toHaveBeenCalled();
    });
    expect(heard.mock.calls).toEqual([
      [
        new Map([
          ['parents', new Set(['a', 'b'])],
          ['children', new Set(['c'])],
        ]),
      ],
    ]);
  });

  it('says nothing of what was undone, not even of an inner part', () => {
    const heard = vi.fn();
    const afterCommit = vi.fn();
    database.onChange(heard);
    database.transaction(() => {
      addParent('outer');
      try {
        database.transaction(() => {
          addParent('inner');
          database.afterCommit(afterCommit);
          throw new Error('stop');
        });
      } catch {
        return;
      }
    });
    expect(heard).toHaveBeenCalledWith(new Map([['parents', new Set(['outer'])]]));
    expect(afterCommit).not.toHaveBeenCalled();
  });

  it('lets a listener write in a transaction of its own', () => {
    database.onChange((changes) => {
      if (changes.get('parents') !== 'any' && parentIds().length === 1) addParent('b');
    });
    addParent('a');
    expect(parentIds()).toEqual(['a', 'b']);
  });

  it('tells of a commit only when something was written', () => {
    const committed = vi.fn();
    database.onCommit(committed);
    database.transaction(() => database.all('SELECT 1'));
    expect(committed).not.toHaveBeenCalled();
    database.transaction(() => {
      addParent('a');
      addParent('b');
    });
    expect(committed).toHaveBeenCalledTimes(1);
  });

  it('does not take what was undone for a later write', () => {
    const committed = vi.fn();
    database.onCommit(committed);
    expect(() =>
      database.transaction(() => {
        addParent('a');
        throw new Error('stop');
      }),
    ).toThrow('stop');
    database.transaction(() => database.all('SELECT 1'));
    expect(committed).not.toHaveBeenCalled();
  });
});

describe('snapshot', () => {
  it('gives a file that opens again with the same rows', () => {
    addParent('a');
    const copy = engine.open(database.snapshot());
    expect(copy.all('SELECT id FROM parents')).toEqual([['a']]);
    copy.close();
  });

  it('leaves foreign keys enforced', () => {
    database.snapshot();
    expect(database.get('PRAGMA foreign_keys')).toEqual([1]);
    expect(() => {
      database.run("INSERT INTO children VALUES ('c', 'nobody', 1)");
    }).toThrow(expect.objectContaining({ code: 'Conflict' }));
  });

  it('is refused inside a transaction, which goes on undisturbed', () => {
    database.transaction(() => {
      addParent('a');
      expect(() => database.snapshot()).toThrow(expect.objectContaining({ code: 'Busy' }));
      addParent('b');
    });
    expect(parentIds()).toEqual(['a', 'b']);
  });
});

describe('errors', () => {
  it.each([
    ['UNIQUE', "INSERT INTO parents VALUES ('a'), ('a')", 'Conflict'],
    ['FOREIGN KEY', "INSERT INTO children VALUES ('c', 'nobody', 1)", 'Conflict'],
    ['CHECK', "INSERT INTO children VALUES ('c', NULL, -1)", 'InvalidInput'],
    ['syntax', 'SELECT FROM', 'Internal'],
  ])('of SQLite get a code: %s', (_kind, sql, code) => {
    expect(() => database.run(sql)).toThrow(expect.objectContaining({ code }));
  });
});

describe('what a database at work refuses', () => {
  beforeEach(() => {
    database.guardWrites(() => null);
  });

  it.each([
    ["INSERT INTO parents VALUES (datetime('now'))", 'DATETIME'],
    ['UPDATE parents SET id = hex(randomblob(4))', 'RANDOMBLOB'],
    ['DELETE FROM parents WHERE id IN (SELECT id FROM parents LIMIT 1)', 'LIMIT'],
    ["INSERT INTO parents VALUES ('a') RETURNING id", 'RETURNING'],
    ['CREATE TABLE more (id TEXT)', 'Only INSERT'],
    ['PRAGMA foreign_keys = OFF', 'Only INSERT'],
  ])('to run: %s', (sql, reason) => {
    const before = database.snapshot();
    expect(() => database.run(sql)).toThrow(
      expect.objectContaining({
        code: 'Internal',
        message: expect.stringContaining(reason) as string,
      }),
    );
    expect(database.snapshot()).toEqual(before);
  });

  it.each([
    "INSERT INTO parents VALUES ('a')",
    "WITH new (id) AS (VALUES ('a')) INSERT INTO parents SELECT id FROM new",
    'PRAGMA user_version = 7',
    'BEGIN',
  ])('to ask: %s', (sql) => {
    const before = database.snapshot();
    for (const ask of [() => database.all(sql), () => database.get(sql)]) {
      expect(ask).toThrow(expect.objectContaining({ code: 'Internal' }));
    }
    expect(database.snapshot()).toEqual(before);
  });

  it('to run as a script', () => {
    expect(() => {
      database.exec('DELETE FROM parents');
    }).toThrow(expect.objectContaining({ code: 'Internal' }));
  });

  it('to write while its guard objects; it reads on', () => {
    addParent('a');
    database.guardWrites(() => new SweatShopError('StorageFull', 'The disk is full.'));
    expect(() => {
      addParent('b');
    }).toThrow(expect.objectContaining({ code: 'StorageFull' }));
    expect(parentIds()).toEqual(['a']);
    expect(database.seq).toBe(1);
    database.guardWrites(() => null);
    addParent('c');
    expect(database.seq).toBe(2);
  });
});

describe('the structure', () => {
  it('is another for each thing that a script makes or drops, and the same for other rows', () => {
    const before = database.schema();
    addParent('a');
    expect(database.schema()).toBe(before);
    const seen = new Set([before]);
    for (const script of [
      'ALTER TABLE children ADD COLUMN colour TEXT',
      'CREATE INDEX sizes ON children (size)',
      'CREATE VIEW large AS SELECT * FROM children WHERE size > 9',
      'CREATE TRIGGER t AFTER DELETE ON parents BEGIN DELETE FROM children WHERE parent = old.id; END',
      'DROP TABLE children; DROP VIEW large',
    ]) {
      database.exec(script);
      seen.add(database.schema());
    }
    expect(seen.size).toBe(6);
    database.exec('ANALYZE');
    expect(seen).toContain(database.schema());
  });
});
