import type * as v from 'valibot';
import { isOptional, requirementsOf, shapeOf } from './schema-shape.ts';
import { nameOf } from './type-names.ts';

/** One field of an object. */
export type FieldDescription = {
  readonly name: string;
  readonly type: string;
  readonly isOptional: boolean;
};

/** The words before and after the number of a requirement. */
const REQUIREMENT_WORDS: Readonly<Record<string, readonly [string, string]>> = {
  min_value: ['from', ''],
  max_value: ['up to', ''],
  min_length: ['at least', 'long'],
  max_length: ['at most', 'long'],
};

/** Says in words what a value looks like; types with a name by their name. */
export function describeType(schema: v.GenericSchema): string {
  const name = nameOf(schema);
  return name ?? describeShape(schema);
}

/** Says in words what a value of a named type looks like. */
export function describeShape(schema: v.GenericSchema): string {
  const shape = shapeOf(schema);
  switch (shape.type) {
    case 'string':
      return withRequirements('text', schema);
    case 'number': {
      const isWhole = requirementsOf(schema).some(({ type }) => type === 'safe_integer');
      return withRequirements(isWhole ? 'whole number' : 'number', schema);
    }
    case 'boolean':
      return 'true or false';
    case 'unknown':
      return 'anything';
    case 'void':
      return 'nothing';
    case 'picklist':
      return `one of ${shape.options.map((option) => JSON.stringify(option)).join(', ')}`;
    case 'literal':
      return JSON.stringify(shape.literal);
    case 'optional':
    case 'exact_optional':
      return describeType(shape.wrapped);
    case 'nullable':
      return `${describeType(shape.wrapped)} or null`;
    case 'array':
      return `list of ${grouped(describeType(shape.item))}`;
    case 'record':
      return `object with any keys, each value ${describeType(shape.value)}`;
    case 'union':
      return [...new Set(shape.options.map((option) => describeType(option)))]
        .reverse()
        .join(' or ');
    case 'object':
    case 'strict_object':
    case 'loose_object': {
      const fields = fieldsOf(schema).map(
        (field) => `${field.name}${field.isOptional ? '?' : ''}: ${field.type}`,
      );
      return fields.length === 0 ? '{ }' : `{ ${fields.join('; ')} }`;
    }
  }
}

/** Gives the fields of an object; none for anything else. */
export function fieldsOf(schema: v.GenericSchema): FieldDescription[] {
  const shape = shapeOf(schema);
  if (!('entries' in shape)) return [];
  return Object.entries(shape.entries).map(([name, field]) => ({
    name,
    type: describeType(field),
    isOptional: isOptional(field),
  }));
}

/** In "list of a or b", nobody can tell where the list ends. */
function grouped(description: string): string {
  return description.includes(' or ') ? `(${description})` : description;
}

function withRequirements(type: string, schema: v.GenericSchema): string {
  // Of two that say how small or large a value may be, the later one is the narrower.
  const last = new Map(requirementsOf(schema).map((step) => [step.type, step.requirement]));
  const words = Array.from(last, ([step, requirement]) => {
    const [before, after] = REQUIREMENT_WORDS[step] ?? [];
    return before === undefined ? '' : [before, String(requirement), after].join(' ').trim();
  }).filter((text) => text !== '');
  return [type, ...words].join(' ');
}
