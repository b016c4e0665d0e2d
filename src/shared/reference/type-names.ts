import type * as v from 'valibot';
import * as analytics from '../entities/analytics.ts';
import * as fields from '../entities/fields.ts';
import * as search from '../entities/search.ts';
import * as types from '../types.ts';

const SUFFIX = 'Schema';

/** What a person calls the texts and numbers that fields are made of. */
const FIELD_WORDS = new Map<unknown, string>([
  [fields.IdSchema, 'id'],
  [fields.TimestampSchema, 'time in ISO 8601, UTC, with milliseconds'],
  [fields.LineSchema, 'line of text'],
  [fields.TextSchema, 'text'],
  [fields.MessageSchema, 'text that is not empty'],
  [fields.SearchTextSchema, 'text to look for'],
  [fields.PortSchema, 'port number'],
  [fields.PidSchema, 'process number'],
  [fields.JsonObjectSchema, 'object of anything that JSON can hold'],
]);

const typeNames = new Map<unknown, string>(
  Object.entries({ ...types, ...analytics, ...search }).flatMap(([name, value]) =>
    name.endsWith(SUFFIX) && isSchema(value) ? [[value, name.slice(0, -SUFFIX.length)]] : [],
  ),
);

/** Every type that has a name, by name. */
export const namedTypes: ReadonlyMap<string, v.GenericSchema> = new Map(
  Array.from(typeNames, ([schema, name]): [string, v.GenericSchema] => [
    name,
    schema as v.GenericSchema,
  ]).sort(([one], [other]) => (one < other ? -1 : 1)),
);

/** Gives the name of a type, or the words for a field; undefined for a schema that has neither. */
export function nameOf(schema: v.GenericSchema): string | undefined {
  const name = typeNames.get(schema) ?? FIELD_WORDS.get(schema);
  if (name !== undefined) return name;
  // What a pipe adds at its end narrows a value, but does not make it something else.
  const { pipe = [] } = schema as { readonly pipe?: readonly { readonly kind: string }[] };
  const last = pipe.findLast(({ kind }) => kind === 'schema');
  return last === undefined ? undefined : nameOf(last as v.GenericSchema);
}

function isSchema(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'schema';
}
