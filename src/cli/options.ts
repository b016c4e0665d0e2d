import fs from 'node:fs/promises';
import { InvalidArgumentError, Option } from 'commander';
import * as v from 'valibot';
import { SweatShopError } from '../shared/errors.ts';
import type { CommandContext } from './command-context.ts';

/** What clears a field where a value would set it. */
export const NONE = 'none';

/** Makes a parser of one value, which says what is wrong with it before anything is opened. */
export function parsedBy<Output>(
  schema: v.GenericSchema<string, Output>,
): (text: string) => Output {
  return (text) => parse(schema, text);
}

/** Makes a parser of a number. */
export function numberBy(schema: v.GenericSchema<number, number>): (text: string) => number {
  return (text) => {
    const number = text.trim() === '' ? NaN : Number(text);
    if (Number.isNaN(number)) throw new InvalidArgumentError('Give a number.');
    return parse(schema, number);
  };
}

/** Makes a parser of an object in JSON. */
export function objectBy<Output>(
  schema: v.GenericSchema<Record<string, unknown>, Output>,
): (text: string) => Output {
  return (text) => {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw new InvalidArgumentError('Give JSON, such as {"tests": 12}.');
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new InvalidArgumentError('Give a JSON object, such as {"tests": 12}.');
    }
    return parse(schema, value as Record<string, unknown>);
  };
}

/** Makes an option that takes a value. */
export function valueOption(
  flags: string,
  description: string,
  parseValue: (text: string) => unknown,
): Option {
  return new Option(flags, description).argParser(parseValue);
}

/**
 * Makes an option that takes a value, or the word `none`; see {@link orNull}.
 *
 * @param meaning What the word does, for the help.
 */
export function clearableOption(
  flags: string,
  description: string,
  parseValue: (text: string) => unknown,
  meaning = 'clears it',
): Option {
  return new Option(flags, `${description}; ${NONE} ${meaning}`).argParser((text) =>
    text === NONE ? text : parseValue(text),
  );
}

/** Gives what a {@link clearableOption} means to the contract; the parser of options knows no null. */
export function orNull<T>(value: T): Exclude<T, typeof NONE> | null {
  return value === NONE ? null : (value as Exclude<T, typeof NONE>);
}

/** Makes an option that takes one of some values. */
export function choiceOption(
  flags: string,
  description: string,
  choices: readonly string[],
): Option {
  return new Option(flags, description).choices(choices);
}

/** Makes an option that takes values separated by commas, and can be given several times. */
export function listOption(
  flags: string,
  description: string,
  parseValue: (text: string) => unknown,
): Option {
  const add = (text: string, before: readonly unknown[] = []) => [
    ...before,
    ...text.split(',').map((part) => parseValue(part.trim())),
  ];
  return new Option(flags, description).argParser(add);
}

/** As {@link listOption}, for some of a closed set of values. */
export function choicesOption(
  flags: string,
  description: string,
  choices: readonly string[],
): Option {
  const option = listOption(flags, description, (text) => {
    if (choices.includes(text)) return text;
    throw new InvalidArgumentError(`Allowed choices are ${choices.join(', ')}.`);
  });
  // What help and completion show.
  option.argChoices = [...choices];
  return option;
}

/**
 * Gives the text that an argument means.
 *
 * @param text The text itself, or `-` for standard input.
 * @throws SweatShopError InvalidInput when standard input is no text in UTF-8.
 */
export async function readText(context: CommandContext, text: string): Promise<string> {
  return text === '-' ? decode(await context.readInput(), 'Standard input') : text;
}

/**
 * Gives the text of a file.
 *
 * @param file Its path, or `-` for standard input.
 * @throws SweatShopError InvalidInput when it is no text in UTF-8.
 */
export async function readTextFile(context: CommandContext, file: string): Promise<string> {
  return file === '-' ? readText(context, file) : decode(await fs.readFile(file), file);
}

function decode(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    const message = `${name} is not text in UTF-8; save it as UTF-8.`;
    throw new SweatShopError('InvalidInput', message, {}, error);
  }
}

function parse<Input, Output>(schema: v.GenericSchema<Input, Output>, value: Input): Output {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const { message } = result.issues[0];
  throw new InvalidArgumentError(message.startsWith('must') ? `It ${message}.` : `${message}.`);
}
