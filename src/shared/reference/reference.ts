import type { Channel, PushEvent } from '../contract/define.ts';
import type { ErrorCode } from '../errors.ts';
import { namespaces } from '../ipc-channels.ts';
import { errorsOf } from './channel-errors.ts';
import { describeShape, describeType, fieldsOf, type FieldDescription } from './describe-type.ts';
import { exampleOf } from './example-value.ts';
import { isOptional } from './schema-shape.ts';
import { namedTypes } from './type-names.ts';

/** What the reference says of one call. */
export type ChannelEntry = {
  readonly kind: 'channel';
  /** The wire name, such as `ticket:list`. */
  readonly name: string;
  /** The method of `window.sweatshop`, such as `tickets.list`. */
  readonly method: string;
  readonly summary: string;
  readonly args: readonly FieldDescription[];
  readonly result: string;
  readonly errors: readonly ErrorCode[];
  /** Arguments that the call takes. */
  readonly exampleArgs: readonly unknown[];
  /** The same as a line of JavaScript. */
  readonly example: string;
};

/** What the reference says of one push event. */
export type EventEntry = {
  readonly kind: 'event';
  readonly name: string;
  readonly method: string;
  readonly summary: string;
  readonly payload: string;
  readonly example: string;
};

export type ReferenceEntry = ChannelEntry | EventEntry;

/** What the reference says of one namespace. */
export type ReferenceSection = {
  readonly name: string;
  readonly entries: readonly ReferenceEntry[];
};

/** What the reference says of a type that has a name. */
export type TypeEntry = {
  readonly name: string;
  /** In words, for a type that is no object. */
  readonly description: string;
  readonly fields: readonly FieldDescription[];
};

/** Everything that a client can call, hear and meet, as the contract has it. */
export type Reference = {
  readonly sections: readonly ReferenceSection[];
  /** The types that calls, events and other types name, by name. */
  readonly types: readonly TypeEntry[];
};

/** A name of a type within a description. */
const TYPE_NAME = /\b[A-Z][A-Za-z]+\b/g;

/** Derives the reference from the contract. */
export function buildReference(): Reference {
  const sections = Object.entries(namespaces).map(([namespace, members]) => ({
    name: namespace,
    entries: Object.entries(members).map(([member, entry]) =>
      entry.kind === 'event'
        ? describeEvent(`${namespace}.${member}`, entry)
        : describeChannel(`${namespace}.${member}`, entry),
    ),
  }));
  const texts = sections.flatMap(({ entries }) => entries.flatMap((entry) => typesIn(entry)));
  return { sections, types: describeTypes(texts) };
}

/** Splits a description into plain words and names of types that the reference describes. */
export function splitTypeNames(
  description: string,
): { readonly text: string; readonly isType: boolean }[] {
  const pieces: { text: string; isType: boolean }[] = [];
  let end = 0;
  for (const { 0: name, index } of description.matchAll(TYPE_NAME)) {
    if (!namedTypes.has(name)) continue;
    pieces.push(
      { text: description.slice(end, index), isType: false },
      { text: name, isType: true },
    );
    end = index + name.length;
  }
  return [...pieces, { text: description.slice(end), isType: false }].filter(
    ({ text }) => text !== '',
  );
}

function describeChannel(method: string, channel: Channel): ChannelEntry {
  const exampleArgs = channel.args.map(({ name, schema }) =>
    exampleOf(schema, name, entityOf(channel)),
  );
  return {
    kind: 'channel',
    name: channel.name,
    method,
    summary: channel.summary,
    args: channel.args.map(({ name, schema }) => ({
      name,
      type: describeType(schema),
      isOptional: isOptional(schema),
    })),
    result: describeType(channel.result),
    errors: errorsOf(channel),
    exampleArgs,
    example: `await sweatshop.${method}(${exampleArgs.map((value) => toSource(value)).join(', ')});`,
  };
}

/** `epic-stage:get` is about an `epicStage`. */
function entityOf({ name }: Channel): string {
  const [subject = ''] = name.split(':');
  return subject.replaceAll(/-(.)/g, (_match, letter: string) => letter.toUpperCase());
}

function describeEvent(method: string, { name, summary, payload }: PushEvent): EventEntry {
  const example = `const stop = sweatshop.${method}((payload) => console.log(payload));`;
  return { kind: 'event', name, method, summary, payload: describeType(payload), example };
}

function typesIn(entry: ReferenceEntry): string[] {
  if (entry.kind === 'event') return [entry.payload];
  return [entry.result, ...entry.args.map(({ type }) => type)];
}

/** Follows the names in descriptions until none is new. */
function describeTypes(descriptions: readonly string[]): TypeEntry[] {
  const found = new Map<string, TypeEntry>();
  let open = [...descriptions];
  while (open.length > 0) {
    const names = open.flatMap((text) => splitTypeNames(text).filter(({ isType }) => isType));
    open = [];
    for (const { text: name } of names) {
      const schema = namedTypes.get(name);
      if (schema === undefined || found.has(name)) continue;
      const fields = fieldsOf(schema);
      const description = fields.length > 0 ? '' : describeShape(schema);
      found.set(name, { name, description, fields });
      open.push(description, ...fields.map(({ type }) => type));
    }
  }
  return Array.from(found.values()).sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** Writes a value as a person writes it in JavaScript. */
function toSource(value: unknown): string {
  if (typeof value === 'string') return `'${value.replaceAll(/['\\]/g, '\\$&')}'`;
  if (Array.isArray(value)) return `[${value.map((item) => toSource(item)).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const fields = Object.entries(value).map(
    ([key, field]) => `${/^[\w$]+$/.test(key) ? key : `'${key}'`}: ${toSource(field)}`,
  );
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}
