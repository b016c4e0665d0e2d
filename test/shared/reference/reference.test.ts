import vm from 'node:vm';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { channels, pushEventNames } from '../../../src/shared/ipc-channels.ts';
import { fieldsOf, describeType } from '../../../src/shared/reference/describe-type.ts';
import { exampleOf } from '../../../src/shared/reference/example-value.ts';
import { toMarkdown } from '../../../src/shared/reference/reference-markdown.ts';
import {
  buildReference,
  splitTypeNames,
  type ChannelEntry,
} from '../../../src/shared/reference/reference.ts';
import {
  CountSchema,
  IdSchema,
  LineSchema,
  listOf,
  oneOrMany,
} from '../../../src/shared/entities/fields.ts';
import { PortRequestSchema, TicketSchema, TicketStatusSchema } from '../../../src/shared/types.ts';

const reference = buildReference();
const entries = reference.sections.flatMap((section) => section.entries);
const calls = entries.filter((entry) => entry.kind === 'channel');

function call(name: string): ChannelEntry {
  const found = calls.find((entry) => entry.name === name);
  if (!found) throw new Error(`The reference has no ${name}.`);
  return found;
}

describe('the reference', () => {
  it('has every channel and every push event of the contract once', () => {
    expect(calls.map(({ name }) => name)).toEqual([...channels.keys()]);
    expect(entries.flatMap((entry) => (entry.kind === 'event' ? [entry.name] : []))).toEqual(
      pushEventNames,
    );
  });

  it.each(calls.map((entry) => [entry.name, entry] as const))(
    'gives an example for %s that its schemas take',
    (name, { exampleArgs, example, method }) => {
      const args = channels.get(name)?.args ?? [];
      expect(exampleArgs).toHaveLength(args.length);
      for (const [index, { schema }] of args.entries()) v.parse(schema, exampleArgs[index]);
      // The line that people read says the same as the arguments that are checked.
      const calledWith: unknown[] = [];
      const [namespace = '', member = ''] = method.split('.');
      const api = { [namespace]: { [member]: (...given: unknown[]) => calledWith.push(...given) } };
      vm.runInNewContext(example.replace(/^await /, ''), { sweatshop: api });
      expect(calledWith).toEqual(exampleArgs);
    },
  );

  it('says of a call what it takes, gives and fails with', () => {
    expect(call('ticket:update')).toMatchObject({
      method: 'tickets.update',
      args: [
        { name: 'id', type: 'id', isOptional: false },
        { name: 'patch', type: 'TicketPatch', isOptional: false },
      ],
      result: 'Ticket',
      errors: [
        ...['NotFound', 'InvalidInput', 'Conflict'],
        ...['DependencyCycle', 'DependencyUnmet', 'LimitReached'],
      ],
    });
    expect(call('ticket:get')).toMatchObject({
      result: 'Ticket or null',
      errors: ['InvalidInput'],
    });
    expect(call('ticket:list').example).toContain("{ ids: ['tkt_");
    expect(call('ticket:list').args).toMatchObject([{ name: 'filter', isOptional: true }]);
    expect(call('db:status')).toMatchObject({ args: [], errors: [], exampleArgs: [] });
    expect(call('agent:ask').example).toMatch(
      /^await sweatshop\.agents\.ask\('agt_[^']+', '[^']+'\);$/,
    );
  });

  it('describes every type that it names', () => {
    const described = new Set(reference.types.map(({ name }) => name));
    const named = [
      ...calls.flatMap(({ args, result }) => [result, ...args.map(({ type }) => type)]),
      ...reference.types.flatMap(({ description, fields }) => [
        description,
        ...fields.map(({ type }) => type),
      ]),
    ].flatMap((text) => splitTypeNames(text).flatMap(({ text, isType }) => (isType ? [text] : [])));
    expect(named).toContain('TicketPriority');
    expect(named.filter((name) => !described.has(name))).toEqual([]);
    expect(fieldsOf(TicketSchema).find(({ name }) => name === 'priority')).toEqual({
      ...{ name: 'priority', type: 'TicketPriority', isOptional: false },
    });
  });

  it('is written as Markdown, in which every link has its heading', () => {
    const text = toMarkdown(reference);
    const slugs = new Set(
      Array.from(text.matchAll(/^#+ (.*)$/gm), ([, heading = '']) =>
        heading.toLowerCase().replaceAll('.', '').replaceAll(' ', '-'),
      ),
    );
    const links = Array.from(text.matchAll(/\]\(#([^)]*)\)/g), ([, slug = '']) => slug);
    expect(links.length).toBeGreaterThan(200);
    expect(links.filter((slug) => !slugs.has(slug))).toEqual([]);
    expect(text).toContain('| `filter` | [TicketFilter](#ticketfilter) | optional |');
  });
});

describe('a type in words', () => {
  it.each([
    [v.string(), 'text'],
    [
      v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(9)),
      'whole number from 1 up to 9',
    ],
    [v.nullable(v.boolean()), 'true or false or null'],
    [v.picklist(['a', 'b']), 'one of "a", "b"'],
    [listOf(LineSchema), 'list of line of text'],
    [oneOrMany(v.picklist(['a'])), 'one of "a" or list of one of "a"'],
    [oneOrMany(TicketStatusSchema), 'TicketStatus or list of TicketStatus'],
    [oneOrMany(v.nullable(IdSchema)), 'id or null or list of (id or null)'],
    [v.pipe(CountSchema, v.minValue(1)), 'whole number from 1'],
    [v.object({ a: v.number(), b: v.exactOptional(v.string()) }), '{ a: number; b?: text }'],
    [v.record(v.string(), v.unknown()), 'object with any keys, each value anything'],
    [v.void(), 'nothing'],
    [PortRequestSchema, 'PortRequest'],
  ])('of %o is right', (schema, words) => {
    expect(describeType(schema)).toBe(words);
  });
});

describe('an example', () => {
  it('shows what must be given, or something of what may be', () => {
    const optional = {
      b: v.optional(v.number()),
      c: v.optional(v.boolean()),
      d: v.optional(v.string()),
    };
    expect(exampleOf(v.strictObject({ a: v.string(), ...optional }), 'x')).toEqual({
      a: 'An example',
    });
    expect(exampleOf(v.strictObject(optional), 'x')).toEqual({ b: 1, c: true });
  });

  it('goes on until a rule over several fields is kept', () => {
    const schema = v.pipe(
      v.strictObject({
        a: v.optional(v.number()),
        b: v.optional(v.number()),
        c: v.optional(v.number()),
      }),
      v.check(({ c }) => c !== undefined),
    );
    expect(exampleOf(schema, 'x')).toEqual({ a: 1, b: 1, c: 1 });
    expect(() => exampleOf(v.pipe(v.string(), v.regex(/^never$/)), 'x')).toThrow(
      'no example for x',
    );
  });
});
