import * as v from 'valibot';
import { ID_PREFIXES } from '../entities/id-prefixes.ts';
import { isOptional, shapeOf } from './schema-shape.ts';

/** How many fields of an object in which every field is optional an example shows. */
const SHOWN_OPTIONAL_FIELDS = 2;

/** Texts that say something in a field of this name; tried before {@link TEXTS}. */
const TEXTS_BY_NAME: Readonly<Record<string, string>> = {
  alias: 'feature-org-1',
  branchName: 'feature/login',
  file: 'src/main.ts',
  projectPath: '/home/ann/shop',
  path: '/home/ann/shop',
  repositoryName: 'ann/shop',
  title: 'Add a login page',
  text: 'login page',
  name: 'Ann',
  reason: 'The customer asked for it',
  question: 'Which colours does the customer want?',
};

/** Fields that name an entity by the part it plays. */
const ENTITIES_BY_PART: Readonly<Record<string, keyof typeof ID_PREFIXES>> = {
  worker: 'agent',
  voter: 'agent',
  proposer: 'agent',
  before: 'message',
  relatedTicket: 'ticket',
};

/** The first that a schema takes is its example. */
const TEXTS = [
  'An example',
  'example',
  '2026-11-21T09:30:00.000Z',
  '/home/ann/shop',
  'https://example.test/1',
];
const NUMBERS = [1, 10, 0.5, 0, 4200];

/**
 * Makes a value that a schema takes, always the same one for the same schema and name.
 *
 * @param name The name of the field or argument, which decides what a text says.
 * @param entity What an `id` without another name is the id of, such as `ticket`.
 * @throws Error when none of the values that it knows is taken.
 */
export function exampleOf(schema: v.GenericSchema, name: string, entity = ''): unknown {
  const shape = shapeOf(schema);
  switch (shape.type) {
    case 'string':
      return firstTaken(schema, name, [...textsFor(name, entity), ...TEXTS]);
    case 'number':
      return firstTaken(schema, name, NUMBERS);
    case 'boolean':
      return true;
    case 'unknown':
      return firstTaken(schema, name, ['anything', { title: 'Sign in with a passkey' }]);
    case 'void':
      return undefined;
    case 'picklist':
      return shape.options[0];
    case 'literal':
      return shape.literal;
    case 'optional':
    case 'exact_optional':
    case 'nullable':
      return exampleOf(shape.wrapped, name, entity);
    case 'array':
      return [exampleOf(shape.item, name, entity)];
    case 'record':
      return { [String(exampleOf(shape.key, 'key'))]: exampleOf(shape.value, 'value') };
    case 'union':
      return firstTaken(
        schema,
        name,
        shape.options.map((option) => exampleOf(option, name, entity)).reverse(),
      );
    case 'object':
    case 'strict_object':
    case 'loose_object':
      return firstTaken(schema, name, objectExamples(shape.entries, entity));
  }
}

/** First what must be given, then ever more of what may be. */
function* objectExamples(
  entries: Readonly<Record<string, v.GenericSchema>>,
  entity: string,
): Iterable<unknown> {
  const fields = Object.entries(entries);
  const required = fields.filter(([, field]) => !isOptional(field));
  const optional = fields.filter(([, field]) => isOptional(field));
  const first = required.length > 0 ? 0 : Math.min(SHOWN_OPTIONAL_FIELDS, optional.length);
  for (let count = first; count <= optional.length; count += 1) {
    yield Object.fromEntries(
      [...required, ...optional.slice(0, count)].map(([field, schema]) => [
        field,
        exampleOf(schema, field, entity),
      ]),
    );
  }
}

function textsFor(name: string, entity: string): string[] {
  const text = TEXTS_BY_NAME[name] ?? idFor(name.replace(/^id/, `${entity}Id`));
  return text === undefined ? [] : [text];
}

/** Makes the id of what a field such as `ticketId` or `dependsOnIds` names. */
function idFor(name: string): string | undefined {
  const part = /^(.*)Ids?$/.exec(name)?.[1];
  if (part === undefined) return undefined;
  const prefixes: Readonly<Record<string, string>> = ID_PREFIXES;
  return `${prefixes[ENTITIES_BY_PART[part] ?? part] ?? 'id'}_V1StGXR8_Z5jdHi6B-myT`;
}

function firstTaken(schema: v.GenericSchema, name: string, candidates: Iterable<unknown>): unknown {
  for (const candidate of candidates) {
    if (v.is(schema, candidate)) return candidate;
  }
  throw new Error(`There is no example for ${name}.`);
}
