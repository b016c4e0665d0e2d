import { LineCounter, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import type { Document, ErrorCode, ParsedNode, YAMLError } from 'yaml';

const MAX_FRONT_MATTER_LENGTH = 100_000;

/** What helps with the errors that people run into most. */
const HINTS: ReadonlyMap<ErrorCode, string> = new Map([
  ['BLOCK_AS_IMPLICIT_KEY', ' (a value that contains ": " must be in quotes)'],
  ['RESOURCE_EXHAUSTION', ' (it is nested too deeply)'],
]);

/** A value of the front matter: all scalars are text, as they are written. */
export type Field = {
  /** Where it stands in the file, counted from 1. */
  readonly line: number;
  /** Null where it is neither a scalar nor a list of scalars. */
  readonly value: string | readonly string[] | null;
  /** As it is written. */
  readonly source: string;
};

/** A problem at a line of the file, counted from 1. */
export type LineProblem = { readonly line: number; readonly message: string };

export type FrontMatter = {
  readonly fields: ReadonlyMap<string, Field>;
  /** What comes after it. */
  readonly body: string;
  /** Why it cannot be read; the fields are then not to be used. */
  readonly problem: LineProblem | null;
};

/**
 * Takes a file apart into its front matter and the rest.
 *
 * @param text The whole file with `\n` line ends.
 * @returns Null where the file does not begin with front matter.
 */
export function readFrontMatter(text: string): FrontMatter | null {
  const opening = /^---[ \t]*\n/.exec(text);
  if (!opening) return null;
  const rest = text.slice(opening[0].length);
  const closing = /^---[ \t]*$/m.exec(rest);
  if (!closing) {
    return failed({ line: 1, message: 'the front matter that starts here is never closed by ---' });
  }
  const yaml = rest.slice(0, closing.index);
  if (yaml.length > MAX_FRONT_MATTER_LENGTH) {
    return failed({ line: 1, message: 'the front matter is too long to be that of a task' });
  }
  return { ...readYaml(yaml, 1), body: rest.slice(closing.index + closing[0].length + 1) };
}

/**
 * Reads a YAML mapping whose scalars all stay text.
 *
 * @param yaml The mapping, with `\n` line ends.
 * @param linesBefore How many lines of the file come before it.
 */
export function readYaml(yaml: string, linesBefore: number): Omit<FrontMatter, 'body'> {
  const lineCounter = new LineCounter();
  const lineAt = (offset: number) => lineCounter.linePos(offset).line + linesBefore;
  // The failsafe schema keeps `1.10` from becoming a number and a date from losing its form.
  const document = parseDocument(yaml, { schema: 'failsafe', prettyErrors: false, lineCounter });

  // What follows the first error is mostly its consequence.
  const error = document.errors.find((error) => !isMention(error, yaml));
  if (error) {
    return failed({
      line: lineAt(placeOf(error, document, lineCounter)),
      message: `not valid YAML: ${error.message}${HINTS.get(error.code) ?? ''}`,
    });
  }

  const fields = new Map<string, Field>();
  if (isMap<ParsedNode, ParsedNode | null>(document.contents)) {
    for (const { key, value } of document.contents.items) {
      const name = textOf(key);
      if (name === null) continue;
      const source = value === null ? '' : yaml.slice(value.range[0], value.range[1]).trimEnd();
      fields.set(name, { line: lineAt(key.range[0]), value: valueOf(value), source });
    }
  } else if (document.contents !== null && textOf(document.contents) !== '') {
    return failed({ line: linesBefore + 1, message: 'expected lines of the form name: value' });
  }
  return { fields, problem: null };
}

function failed(problem: LineProblem): FrontMatter {
  return { fields: new Map(), body: '', problem };
}

/** Backlog.md itself writes `assignee: @name` without quotes, which YAML reserves. */
function isMention(error: YAMLError, yaml: string): boolean {
  return error.code === 'BAD_SCALAR_START' && yaml[error.pos[0]] === '@';
}

/** What is opened and never closed is noticed far below; the field it belongs to is where to look. */
function placeOf(
  { code, pos }: YAMLError,
  { contents }: Document.Parsed,
  lineCounter: LineCounter,
): number {
  const isUnclosed =
    code === 'MISSING_CHAR' || (code === 'BAD_INDENT' && lineCounter.linePos(pos[0]).col === 1);
  if (!isUnclosed || !isMap<ParsedNode>(contents)) return pos[0];
  const field = contents.items.findLast(({ key }) => key.range[0] < pos[0]);
  return field?.key.range[0] ?? pos[0];
}

function valueOf(node: ParsedNode | null): Field['value'] {
  if (node === null) return '';
  if (!isSeq<ParsedNode>(node)) return textOf(node);
  const items = node.items.map(textOf);
  return items.every((item) => item !== null) ? items : null;
}

function textOf(node: ParsedNode): string | null {
  if (!isScalar(node)) return null;
  return typeof node.value === 'string' ? node.value : '';
}
