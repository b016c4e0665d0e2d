import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Database, SqlValue } from '../../../src/core/database/database.ts';
import { openTestImage } from '../../support/test-app.ts';

let database: Database;

beforeEach(async () => {
  database = await openTestImage(null);
});

function echo(...values: SqlValue[]): SqlValue[] | undefined {
  return database.get(`SELECT ${values.map(() => '?').join(', ')}`, values);
}

describe('a value that is bound and read', () => {
  it.each<[string, SqlValue]>([
    ['an empty text', ''],
    ['a short text', 'ready'],
    ['a text of the length that is remembered', 'x'.repeat(16)],
    ['a text one longer', 'x'.repeat(17)],
    ['a text of the length that is read byte by byte', 'y'.repeat(32)],
    ['a text one longer than that', 'y'.repeat(33)],
    ['a text with NUL within', 'a\u0000b'],
    ['a text that begins with a mark', '\ufeffmark'],
    ['a long text that begins with a mark', `\ufeff${'mark'.repeat(20)}`],
    ['a short text of other letters', 'Größe 😀'],
    ['a long text of other letters', 'Größe 😀'.repeat(100)],
    ['a text of a megabyte', 'é'.repeat(500_000)],
    ['null', null],
    ['zero', 0],
    ['the smallest number of 32 bits', -(2 ** 31)],
    ['a number past 32 bits', 2 ** 31],
    ['the largest exact number', Number.MAX_SAFE_INTEGER],
    ['a fraction', 0.1],
    ['a large number', 1e300],
    ['bytes', Uint8Array.of(0, 1, 255)],
    ['no bytes', new Uint8Array()],
  ])('is the same: %s', (_what, value) => {
    expect(echo(value)).toEqual([value]);
  });

  it('keeps each in its place when memory has to grow', () => {
    const values = ['a'.repeat(100), '', null, 7, Uint8Array.of(1, 2), 'ß'.repeat(300_000), ''];
    expect(echo(...values)).toEqual(values);
  });

  it('is a number for a column of numbers that gets a bigint', () => {
    database.exec('CREATE TABLE t (n INTEGER)');
    database.run('INSERT INTO t VALUES (?)', [(2n ** 40n) as unknown as SqlValue]);
    expect(database.all('SELECT n, typeof(n) FROM t')).toEqual([[2 ** 40, 'integer']]);
  });

  it('is NULL where a later run gives fewer', () => {
    const sql = 'SELECT ?1, ?2';
    expect(database.get(sql, ['a', 'b'])).toEqual(['a', 'b']);
    expect(database.get(sql, ['c'])).toEqual(['c', null]);
  });

  it('is not mistaken for the one of the row before', () => {
    const texts = ['ready', 'reads', 'read', '', 'ready', '\u0000', 'ready', 'ä', 'a'];
    const sql = 'SELECT value FROM json_each(?)';
    expect(database.all(sql, [JSON.stringify(texts)])).toEqual(texts.map((text) => [text]));
  });

  it('is what it was, whatever it is', () => {
    const value = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc.double({ noNaN: true }).map((number) => number + 0),
      fc.maxSafeInteger(),
      fc.uint8Array({ maxLength: 40 }).map((bytes) => Uint8Array.from(bytes)),
      fc.constant(null),
    );
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 12 }), (values) => {
        expect(echo(...values)).toEqual(values.map((one) => (one === 0 ? 0 : one)));
      }),
      { numRuns: 300 },
    );
  });
});

describe('a statement', () => {
  it('that is none is refused with the words of SQLite', () => {
    expect(() => database.all('SELEKT 1')).toThrow(/syntax error/);
    expect(() => database.all('-- nothing')).toThrow(/othing/);
  });

  it('can be run again after it failed midway', () => {
    database.exec('CREATE TABLE t (n INTEGER CHECK (n > 0))');
    const insert = 'INSERT INTO t VALUES (?)';
    expect(() => database.run(insert, [0])).toThrow();
    expect(database.run(insert, [1])).toBe(1);
  });

  it('does not stop what was read when the reader throws', () => {
    const stop = () => {
      throw new Error('enough');
    };
    expect(() => database.map('SELECT 1 UNION SELECT 2', [], stop)).toThrow('enough');
    expect(database.all('SELECT 1 UNION SELECT 2')).toEqual([[1], [2]]);
  });
});
