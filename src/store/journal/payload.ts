import { invalidInput } from '../../shared/errors.ts';
import type {
  LoggedStatement,
  LoggedTransaction,
  LoggedValue,
} from '../../shared/logged-transaction.ts';
import { ByteReader, malformed } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';

const TAG = { null: 0, integer: 1, float: 2, bigint: 3, text: 4, blob: 5 } as const;

const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;

/**
 * Turns a transaction into bytes; a statement's text is held once, however often it was run.
 *
 * @throws InvalidInput, with each place, for what would not come back as it was: a text with half a surrogate pair, a
 *   bigint beyond 64 bits, a count that is no whole number from 0.
 */
export function encodeTransaction({
  nowMs,
  schemaVersion,
  statements,
}: LoggedTransaction): Uint8Array {
  const writer = new ByteWriter();
  writer.float64(nowMs);
  writer.varint(wholeNumber(schemaVersion, 'schemaVersion'));
  const texts = indexTexts(statements);
  writer.varint(texts.size);
  for (const sql of texts.keys()) writer.text(wellFormed(sql, 'sql'));
  writer.varint(statements.length);
  for (const [at, { sql, params, changes }] of statements.entries()) {
    writer.varint(texts.get(sql) ?? 0);
    writer.varint(wholeNumber(changes, `statements.${String(at)}.changes`));
    writer.varint(params.length);
    for (const [index, value] of params.entries()) {
      writeValue(writer, value, `statements.${String(at)}.params.${String(index)}`);
    }
  }
  return writer.finish();
}

/**
 * Gives back what {@link encodeTransaction} was given.
 *
 * @throws DatabaseCorrupt when the bytes are anything else.
 */
export function decodeTransaction(bytes: Uint8Array): LoggedTransaction {
  const reader = new ByteReader(bytes);
  const nowMs = reader.float64();
  const schemaVersion = reader.varint();
  const texts = Array.from({ length: reader.count() }, () => reader.text());
  const statements = Array.from({ length: reader.count() }, () => {
    const sql = texts[reader.varint()];
    if (sql === undefined) throw malformed('a statement has no text');
    const changes = reader.varint();
    const params = Array.from({ length: reader.count() }, () => readValue(reader));
    return { sql, params, changes };
  });
  reader.end();
  return { nowMs, schemaVersion, statements };
}

function indexTexts(statements: readonly LoggedStatement[]): Map<string, number> {
  const texts = new Map<string, number>();
  for (const { sql } of statements) {
    if (!texts.has(sql)) texts.set(sql, texts.size);
  }
  return texts;
}

function writeValue(writer: ByteWriter, value: LoggedValue, path: string): void {
  if (value === null) {
    writer.byte(TAG.null);
  } else if (typeof value === 'number') {
    writeNumber(writer, value);
  } else if (typeof value === 'bigint') {
    if (value < MIN_INT64 || value > MAX_INT64) {
      throw invalidInput({ path, message: 'must fit in 64 bits' });
    }
    writer.byte(TAG.bigint);
    writer.int64(value);
  } else if (typeof value === 'string') {
    writer.byte(TAG.text);
    writer.text(wellFormed(value, path));
  } else {
    writer.byte(TAG.blob);
    writer.blob(value);
  }
}

/** Small whole numbers are most of what is bound, and one or two bytes long this way. */
function writeNumber(writer: ByteWriter, value: number): void {
  const folded = value < 0 ? -2 * value - 1 : 2 * value;
  if (Number.isInteger(value) && Number.isSafeInteger(folded) && !Object.is(value, -0)) {
    writer.byte(TAG.integer);
    writer.varint(folded);
  } else {
    writer.byte(TAG.float);
    writer.float64(value);
  }
}

function readValue(reader: ByteReader): LoggedValue {
  const tag = reader.byte();
  switch (tag) {
    case TAG.null:
      return null;
    case TAG.integer: {
      const folded = reader.varint();
      return folded % 2 === 1 ? -(folded + 1) / 2 : folded / 2;
    }
    case TAG.float:
      return reader.float64();
    case TAG.bigint:
      return reader.int64();
    case TAG.text:
      return reader.text();
    case TAG.blob:
      return reader.blob();
    default:
      throw malformed(`there is no value of the kind ${String(tag)}`);
  }
}

function wellFormed(text: string, path: string): string {
  if (text.isWellFormed()) return text;
  throw invalidInput({ path, message: 'holds half a surrogate pair, which no text can keep' });
}

function wholeNumber(value: number, path: string): number {
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw invalidInput({ path, message: 'must be a whole number from 0' });
}
