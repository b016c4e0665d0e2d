import type * as v from 'valibot';

type Entries = Readonly<Record<string, v.GenericSchema>>;

/** The part of a schema that says what a value looks like, by its type; a pipe counts as the last schema in it. */
export type Shape =
  | { readonly type: 'string' | 'number' | 'boolean' | 'unknown' | 'void' }
  | { readonly type: 'picklist'; readonly options: readonly unknown[] }
  | { readonly type: 'literal'; readonly literal: unknown }
  | { readonly type: 'optional' | 'exact_optional' | 'nullable'; readonly wrapped: v.GenericSchema }
  | { readonly type: 'array'; readonly item: v.GenericSchema }
  | { readonly type: 'record'; readonly key: v.GenericSchema; readonly value: v.GenericSchema }
  | { readonly type: 'union'; readonly options: readonly v.GenericSchema[] }
  | { readonly type: 'object' | 'strict_object' | 'loose_object'; readonly entries: Entries };

/** What a schema asks beyond its type, such as `min_value`. */
export type Requirement = { readonly type: string; readonly requirement?: unknown };

type Step = { readonly kind: string; readonly type: string };

/** Gives the shape of a schema. */
export function shapeOf(schema: v.GenericSchema): Shape {
  return stepsOf(schema).findLast(({ kind }) => kind === 'schema') as unknown as Shape;
}

/** Gives what a schema asks beyond its type. */
export function requirementsOf(schema: v.GenericSchema): readonly Requirement[] {
  return stepsOf(schema).filter(({ kind }) => kind === 'validation');
}

/** Tells whether a field or argument may be left out. */
export function isOptional(schema: v.GenericSchema): boolean {
  const { type } = shapeOf(schema);
  return type === 'optional' || type === 'exact_optional';
}

/** The steps of a pipe and of the pipes within it, or the schema itself. */
function stepsOf(schema: v.GenericSchema): readonly Step[] {
  const { pipe } = schema as { readonly pipe?: readonly Step[] };
  if (pipe === undefined) return [schema];
  return pipe.flatMap((step) =>
    step.kind === 'schema' ? stepsOf(step as unknown as v.GenericSchema) : [step],
  );
}
