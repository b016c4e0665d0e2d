import { COMMON_ERRORS } from './channel-errors.ts';
import type { FieldDescription } from './describe-type.ts';
import {
  splitTypeNames,
  type Reference,
  type ReferenceEntry,
  type TypeEntry,
} from './reference.ts';

/** Writes the reference as one Markdown document. */
export function toMarkdown({ sections, types }: Reference): string {
  return `${[
    '# SweatShop API reference',
    'Every call takes positional arguments and gives a promise, on `window.sweatshop` in the page. What fails rejects with an error whose `code` decides what happens next and whose `message` informs.',
    `Any call can fail with ${codes(COMMON_ERRORS)}; each entry names what it can fail with beside those.`,
    [
      '## Contents',
      ...sections.map(({ name }) => `- [${name}](#${name.toLowerCase()})`),
      '- [Types](#types)',
    ].join('\n'),
    ...sections.flatMap(({ name, entries }) => [`## ${name}`, ...entries.flatMap(entryLines)]),
    '## Types',
    ...types.flatMap(typeLines),
  ].join('\n\n')}\n`;
}

function entryLines(entry: ReferenceEntry): string[] {
  const head = [`### ${entry.method}`, `\`${entry.name}\``, escape(entry.summary)];
  const example = `\`\`\`js\n${entry.example}\n\`\`\``;
  if (entry.kind === 'event') return [...head, `Payload: ${linked(entry.payload)}`, example];
  return [
    ...head,
    ...(entry.args.length > 0 ? [fieldTable('Argument', entry.args)] : []),
    `Result: ${linked(entry.result)}`,
    ...(entry.errors.length > 0 ? [`Errors: ${codes(entry.errors)}`] : []),
    example,
  ];
}

function typeLines({ name, description, fields }: TypeEntry): string[] {
  return [`### ${name}`, fields.length > 0 ? fieldTable('Field', fields) : linked(description)];
}

function fieldTable(what: string, fields: readonly FieldDescription[]): string {
  const rows = fields.map(
    ({ name, type, isOptional }) =>
      `| \`${name}\` | ${linked(type)} | ${isOptional ? 'optional' : 'required'} |`,
  );
  return [`| ${what} | Type | |`, '| --- | --- | --- |', ...rows].join('\n');
}

function linked(description: string): string {
  return splitTypeNames(description)
    .map(({ text, isType }) => (isType ? `[${text}](#${text.toLowerCase()})` : escape(text)))
    .join('');
}

function codes(errors: readonly string[]): string {
  return errors.map((code) => `\`${code}\``).join(', ');
}

function escape(text: string): string {
  return text.replaceAll(/[|\\<>_*[\]]/g, '\\$&');
}
