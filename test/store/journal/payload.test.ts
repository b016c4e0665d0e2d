import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LoggedTransaction, LoggedValue } from '../../../src/shared/logged-transaction.ts';
import { decodeTransaction, encodeTransaction } from '../../../src/store/journal/payload.ts';

const value: fc.Arbitrary<LoggedValue> = fc.oneof(
  fc.constant(null),
  fc.double(),
  fc.maxSafeInteger(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.string({ unit: 'binary' }),
  fc.uint8Array({ maxLength: 300 }),
);

const transaction: fc.Arbitrary<LoggedTransaction> = fc.record(
  {
    nowMs: fc.integer({ min: 0, max: 8.64e15 }),
    schemaVersion: fc.nat(),
    statements: fc.array(
      fc.record(
        {
          sql: fc.oneof(fc.constant('DELETE FROM notes'), fc.string({ unit: 'binary' })),
          params: fc.array(value, { maxLength: 12 }),
          changes: fc.nat(),
        },
        { noNullPrototype: true },
      ),
      { maxLength: 12 },
    ),
  },
  { noNullPrototype: true },
);

function withParams(...params: LoggedValue[]): LoggedTransaction {
  return { nowMs: 1, schemaVersion: 15, statements: [{ sql: 'SELECT 1', params, changes: 0 }] };
}

function roundTrip(...params: LoggedValue[]): readonly LoggedValue[] | undefined {
  return decodeTransaction(encodeTransaction(withParams(...params))).statements[0]?.params;
}

describe('a transaction as bytes', () => {
  it('comes back exactly as it was', () => {
    fc.assert(
      fc.property(transaction, (given) => {
        expect(decodeTransaction(encodeTransaction(given))).toStrictEqual(given);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each<[string, LoggedValue]>([
    ['minus zero', -0],
    ['not a number', NaN],
    ['infinity', -Infinity],
    ['the largest integer of SQLite', 2n ** 63n - 1n],
    ['the smallest integer of SQLite', -(2n ** 63n)],
    ['a bigint that a number could hold', 5n],
    ['the largest safe integer', Number.MAX_SAFE_INTEGER],
    ['the smallest safe integer', Number.MIN_SAFE_INTEGER],
    ['a NUL within text', 'a\0b'],
    ['a byte order mark', '\uFEFFa'],
    ['a pair of surrogates', '👷'],
    ['an empty text', ''],
    ['an empty blob', new Uint8Array()],
  ])('keeps %s (row 65)', (_, given) => {
    expect(roundTrip(given)).toStrictEqual([given]);
  });

  it('keeps a blob of 50 MB and 100,000 statements (row 65)', () => {
    const blob = new Uint8Array(50_000_000).fill(7);
    expect(Buffer.from(roundTrip(blob)?.[0] as Uint8Array).equals(blob)).toBe(true);
    const statements = Array.from({ length: 100_000 }, (_, id) => ({
      sql: 'INSERT INTO notes (id, text) VALUES (?, ?)',
      params: [id, 'text'],
      changes: 1,
    }));
    const bytes = encodeTransaction({ nowMs: 1, schemaVersion: 15, statements });
    expect(decodeTransaction(bytes).statements).toStrictEqual(statements);
    expect(bytes.length).toBeLessThan(14 * statements.length);
  });

  it.each<[string, LoggedTransaction]>([
    ['half a surrogate pair in a value', withParams('a\uD800b')],
    [
      'half a surrogate pair in a statement',
      { nowMs: 1, schemaVersion: 1, statements: [{ sql: '\uDC00', params: [], changes: 0 }] },
    ],
    ['an integer beyond 64 bits', withParams(2n ** 63n)],
    ['a broken count', { nowMs: 1, schemaVersion: 1.5, statements: [] }],
  ])('refuses %s', (_, given) => {
    expect(() => encodeTransaction(given)).toThrow(
      expect.objectContaining({ code: 'InvalidInput' }),
    );
  });

  it('is nothing when any of its bytes is missing or one is added', () => {
    const bytes = encodeTransaction(withParams(1, 2.5, 3n, 'four', new Uint8Array(5), null));
    const corrupt = expect.objectContaining({ code: 'DatabaseCorrupt' }) as Error;
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeTransaction(bytes.subarray(0, length))).toThrow(corrupt);
    }
    expect(() => decodeTransaction(Buffer.concat([bytes, Buffer.alloc(1)]))).toThrow(corrupt);
  });

  it('never believes nonsense into a huge allocation, and fails only as corrupt', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          decodeTransaction(bytes);
        } catch (error) {
          expect(error).toMatchObject({ code: 'DatabaseCorrupt' });
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
