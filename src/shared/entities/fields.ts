import * as v from 'valibot';

const MAX_LINE_LENGTH = 500;
/** How many characters one text may have. */
export const MAX_TEXT_LENGTH = 1_000_000;

/** An id: nanoid with a prefix that names the entity, or the id a source gave. */
export const IdSchema = v.pipe(v.string(), v.nonEmpty('must not be empty'), v.maxLength(200));

/** ISO 8601 in UTC with milliseconds, such as `2026-11-21T09:30:00.000Z`. */
export const TimestampSchema = v.pipe(
  v.string(),
  v.regex(
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
    'must be ISO 8601 in UTC with milliseconds, such as 2026-11-21T09:30:00.000Z',
  ),
  v.check(isRealTimestamp, 'must be a date that exists'),
);

/** One line of text that says something: trimmed, not empty, without control characters. */
export const LineSchema = v.pipe(
  v.string(),
  v.trim(),
  v.nonEmpty('must not be empty'),
  v.maxLength(MAX_LINE_LENGTH, `must have at most ${String(MAX_LINE_LENGTH)} characters`),
  v.regex(/^[^\u0000-\u001f\u007f]*$/, 'must be one line without control characters'),
  wellFormed(),
);

/** Text of any number of lines, Markdown where a person reads it. */
export const TextSchema = v.pipe(
  v.string(),
  v.maxLength(MAX_TEXT_LENGTH, `must have at most ${String(MAX_TEXT_LENGTH)} characters`),
  v.check((text) => !text.includes('\u0000'), 'must not contain the NUL character'),
  wellFormed(),
);

/** Text that says something. */
export const MessageSchema = v.pipe(
  TextSchema,
  v.check((text) => text.trim() !== '', 'must not be empty'),
);

/** A whole number from zero up. */
export const CountSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** A TCP port. */
export const PortSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(65_535));

/** The number of a process of the operating system. */
export const PidSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(1));

/** The number that GitHub gave an issue or pull request. */
export const GithubNumberSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(1));

/** An object of any fields that JSON can hold. */
export const JsonObjectSchema = v.pipe(
  v.record(v.string(), v.unknown()),
  v.check(
    (value) => fitsJson(value),
    `must be JSON of at most ${String(MAX_TEXT_LENGTH)} characters`,
  ),
);

/** A page of a list: how many rows, and how many before them. */
export const pageEntries = {
  limit: v.optional(v.pipe(CountSchema, v.minValue(1), v.maxValue(100_000))),
  offset: v.optional(CountSchema),
};

/**
 * Makes each entry one that a patch may leave out, or clear with null.
 *
 * @param entries The fields of an object schema.
 */
export function clearable<E extends v.ObjectEntries>(entries: E) {
  return Object.fromEntries(
    Object.entries(entries).map(([field, schema]) => [field, v.optional(v.nullable(schema))]),
  ) as { [F in keyof E]: v.OptionalSchema<v.NullableSchema<E[F], undefined>, undefined> };
}

/** The longest list that a call may carry. */
const MAX_LIST_LENGTH = 10_000;

/**
 * Accepts a list of limited length; a longer one is refused before its items are looked at.
 *
 * @param schema What one item looks like.
 */
export function listOf<S extends v.GenericSchema>(
  schema: S,
  maxLength = MAX_LIST_LENGTH,
): v.GenericSchema<v.InferInput<S>[], v.InferOutput<S>[]> {
  return v.pipe(
    v.array(v.unknown()),
    v.maxLength(maxLength, `must have at most ${String(maxLength)} items`),
    v.array(schema),
  );
}

/** Text to look for. */
export const SearchTextSchema = v.pipe(v.string(), v.maxLength(MAX_LINE_LENGTH));

/**
 * Accepts one value or a list of values and gives a list.
 *
 * @param schema What one value looks like.
 */
export function oneOrMany<S extends v.GenericSchema>(schema: S) {
  return v.union([
    listOf(schema),
    v.pipe(
      schema,
      v.transform((value) => [value]),
    ),
  ]);
}

/** The parser of dates takes the 30th of February for the 2nd of March. */
function isRealTimestamp(text: string): boolean {
  const ms = Date.parse(text);
  return !Number.isNaN(ms) && new Date(ms).toISOString() === text;
}

/** What comes over IPC may hold values that JSON has no form for. */
function fitsJson(value: unknown): boolean {
  try {
    const text = JSON.stringify(value);
    return text.length <= MAX_TEXT_LENGTH && text.isWellFormed();
  } catch {
    return false;
  }
}

/** SQLite stores UTF-8, in which half a surrogate pair has no form. */
function wellFormed() {
  return v.check<string, string>(
    (text) => text.isWellFormed(),
    'must not contain half of a surrogate pair',
  );
}
