import { describe, expect, it } from 'vitest';
import { kindOf } from '../../../src/core/database/replayable.ts';

describe('the kind of a statement', () => {
  it.each([
    ['SELECT 1', 'read'],
    ['  -- why\n /* what */ select 1', 'read'],
    ['VALUES (1)', 'read'],
    ["WITH one AS (SELECT replace('a', 'b', 'c')) SELECT * FROM one", 'read'],
    ['WITH one AS (SELECT 1) DELETE FROM t WHERE id IN one', 'write'],
    ['WITH one AS (SELECT 1) REPLACE INTO t SELECT * FROM one', 'write'],
    ['replace into t values (1)', 'write'],
    ['PRAGMA foreign_key_check', 'read'],
    ['PRAGMA table_info(t)', 'read'],
    ['PRAGMA user_version', 'read'],
    ['PRAGMA user_version(7)', 'other'],
    ['PRAGMA user_version = 7', 'other'],
    ['PRAGMA main.user_version = 7', 'other'],
    ['PRAGMA optimize', 'other'],
    ['VACUUM', 'other'],
    ["ATTACH 'x' AS y", 'other'],
    ['SAVEPOINT s', 'other'],
    ['DROP TABLE t', 'other'],
    ['', 'other'],
  ])('%s', (sql, effect) => {
    expect(kindOf(sql).effect).toBe(effect);
  });
});

describe('a write that cannot be run again', () => {
  it.each([
    ['INSERT INTO t VALUES (random())', 'RANDOM'],
    ['INSERT INTO t VALUES ("random" ())', 'RANDOM'],
    ['INSERT INTO t VALUES ([random]/* */())', 'RANDOM'],
    ['UPDATE t SET a = strftime(?)', 'STRFTIME'],
    ['UPDATE t SET a = Current_Timestamp', 'CURRENT_TIMESTAMP'],
    ['UPDATE t SET a = total_changes ()', 'TOTAL_CHANGES'],
    ['INSERT INTO t VALUES (last_insert_rowid())', 'LAST_INSERT_ROWID'],
    ['DELETE FROM t ORDER BY id LIMIT 1', 'LIMIT'],
    ['DELETE FROM t RETURNING id', 'RETURNING'],
  ])('%s', (sql, found) => {
    expect(kindOf(sql)).toEqual({ effect: 'write', unrepeatable: found });
  });

  it.each([
    "INSERT INTO t VALUES ('random()', 'it''s now(), LIMIT 1')",
    'UPDATE t SET date = ?, random_x = ?, "time" = ?, `limit` = ? WHERE [current_date] = ?',
    'UPDATE t SET a = ? -- random()',
    'UPDATE t SET a = upper(b) /* LIMIT 1 */',
    'UPDATE t SET largedate = abs(mytime)',
  ])('is not: %s', (sql) => {
    expect(kindOf(sql)).toEqual({ effect: 'write', unrepeatable: null });
  });
});
