import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ImageReader } from '../../../src/core/database/image-reader.ts';
import { createEngine } from '../../../src/core/database/engine.ts';
import { answerQuery } from '../../../src/core/database/select-query.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { readSqlWasm } from '../../support/sql-wasm.ts';
import { openTestDatabase } from '../../support/test-app.ts';

const LIMITS = { maxRows: 100, maxBytes: 1_000_000 };

let reader: ImageReader;

beforeEach(async () => {
  const database = await openTestDatabase();
  database.run(
    "INSERT INTO config_store (key, value, updated_at) VALUES ('colour', 'blue', '2026-01-01T00:00:00.000Z')",
  );
  const image = database.snapshot();
  database.close();
  reader = (await createEngine(readSqlWasm(), new ManualClock(), 0)).read(image);
});

afterEach(() => {
  reader.close();
});

const ask = (sql: string, limits = LIMITS) => answerQuery(reader, sql, limits);

describe('what is answered', () => {
  it.each([
    ['SELECT key, value FROM config_store', [['colour', 'blue']]],
    ['select 1;', [[1]]],
    ['/* a */ -- b\n SELECT 1 ; -- c\n /* d */ ; ', [[1]]],
    [
      "VALUES (1, NULL), (2.5, x'00ff')",
      [
        [1, null],
        [2.5, new Uint8Array([0, 255])],
      ],
    ],
    [
      'WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT i FROM n',
      [[1], [2], [3]],
    ],
    ["SELECT replace('a-b', '-', 'DELETE FROM tickets; DROP')", [['aDELETE FROM tickets; DROPb']]],
    ['SELECT 9223372036854775807, 9007199254740991', [[9223372036854775807n, 9007199254740991]]],
    ['SELECT "update" FROM (SELECT 1 AS "update") AS "delete"', [[1]]],
    ["SELECT count(*) FROM pragma_table_info('tickets') WHERE name = 'id'", [[1]]],
    [
      'SELECT DISTINCT a FROM (SELECT 2 AS a UNION SELECT 1 UNION ALL SELECT 1) ORDER BY a',
      [[1], [2]],
    ],
    ["SELECT count(*) FROM tickets_fts WHERE tickets_fts MATCH 'x'", [[0]]],
  ])('%s', (sql, rows) => {
    expect(ask(sql).rows).toEqual(rows);
  });

  it('tells how SQLite goes about a query', () => {
    expect(ask('EXPLAIN QUERY PLAN SELECT * FROM tickets').rows[0]?.[3]).toContain('tickets');
    expect(ask('explain/**/SELECT 1').columns).toContain('opcode');
  });

  it('stops at the limit of rows or of bytes, and says so', () => {
    const sql =
      "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n) SELECT i, 'xxxxxxxxxx' FROM n";
    expect(ask(sql)).toMatchObject({ cutBy: 'rows' });
    expect(ask(sql).rows).toHaveLength(100);
    const small = ask(sql, { maxRows: 100, maxBytes: 90 });
    expect([small.cutBy, small.rows.length]).toEqual(['bytes', 5]);
    expect(ask('SELECT 1', { maxRows: 1, maxBytes: 90 }).cutBy).toBeNull();
  });
});

describe('what is refused', () => {
  it.each([
    '',
    '-- nothing',
    ';',
    'DELETE FROM config_store',
    '/**/DELETE/**/FROM config_store',
    '-- SELECT\nDELETE FROM config_store',
    'WITH x AS (SELECT 1) DELETE FROM config_store',
    "WITH x AS (SELECT 1) INSERT INTO config_store SELECT 'a', 'b', 'c' FROM x",
    "WITH x AS (SELECT 1) UPDATE config_store SET value = 'red' RETURNING *",
    "with/**/x as(select 1)replace/**/into config_store select 'a', 'b', 'c'",
    'DELETE FROM config_store RETURNING key',
    'SELECT 1; DELETE FROM config_store',
    'SELECT 1; SELECT 2',
    'SELECT 1;; -- c\n; DROP TABLE config_store',
    'SELECT 1; nonsense',
    'SELECT 1;\u0000 DELETE FROM config_store',
    'SELECT 1\u0000; DELETE FROM config_store',
    'PRAGMA writable_schema = ON',
    'PRAGMA user_version',
    'EXPLAIN DELETE FROM config_store',
    'EXPLAIN PRAGMA user_version = 5',
    "EXPLAIN QUERY PLAN UPDATE config_store SET value = 'red'",
    'EXPLAIN /* */ EXPLAIN SELECT 1',
    "ATTACH 'other.db' AS other",
    'DETACH main',
    'VACUUM',
    "VACUUM INTO 'copy.db'",
    'REINDEX',
    'ANALYZE',
    'BEGIN',
    'SAVEPOINT a',
    'CREATE TEMP TABLE t (a)',
    'CREATE TABLE t AS SELECT 1',
    'DROP TABLE config_store',
    "SELECT load_extension('evil.so')",
    'SELECT optimize(tickets_fts) FROM nowhere',
    "INSERT INTO tickets_fts(tickets_fts) VALUES ('rebuild')",
    'SELECT * FROM (DELETE FROM config_store RETURNING key)',
    '(SELECT 1)',
    "'SELECT' 1",
    '[SELECT] 1',
  ])('%j', (sql) => {
    expect(() => ask(sql)).toThrow(expect.objectContaining({ code: 'InvalidInput' }) as Error);
    expect(reader.first('SELECT value FROM config_store')).toEqual(['blue']);
    expect(reader.first("SELECT count(*) FROM sqlite_schema WHERE name = 't'")).toEqual([0]);
  });

  it.each([
    'WITH x AS (SELECT 1) DELETE FROM config_store',
    "WITH x AS (SELECT 1) UPDATE config_store SET value = 'red' RETURNING *",
    'EXPLAIN WITH x AS (SELECT 1) DELETE FROM config_store',
    "EXPLAIN QUERY PLAN WITH x AS (SELECT 1) REPLACE INTO config_store VALUES ('a', 'b', 'c')",
  ])('%s, by what SQLite would do', (sql) => {
    expect(() => ask(sql)).toThrow(/^It would change the database\. Give one SELECT/);
  });

  it('says what SQLite does not understand', () => {
    expect(() => ask('SELECT 1 FROM tickets WERE a')).toThrow(/near "a": syntax error/);
    expect(() => ask('SELECT nobody FROM tickets')).toThrow(/no such column: nobody/);
    expect(() => ask('PRAGMA user_version')).toThrow(/It begins with PRAGMA\. Give one SELECT/);
  });

  it('ends what takes too much memory, and goes on', () => {
    reader.handle.exec('PRAGMA hard_heap_limit = 50000000');
    for (const sql of [
      'SELECT zeroblob(900000000)',
      'SELECT randomblob(100000000)',
      "SELECT printf('%*c', 900000000, 'x')",
      'SELECT hex(randomblob(40000000))',
      "WITH RECURSIVE n(s) AS (VALUES ('x') UNION ALL SELECT s || s FROM n) SELECT max(s) FROM n",
    ]) {
      expect(() => ask(sql)).toThrow(expect.objectContaining({ code: 'LimitReached' }) as Error);
    }
    expect(ask('SELECT 1').rows).toEqual([[1]]);
    expect(() => ask('SELECT zeroblob(2000000)')).toThrow(/one row is too long/);
  });
});
