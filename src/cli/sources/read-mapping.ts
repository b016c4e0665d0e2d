import { SweatShopError } from '../../shared/errors.ts';
import { parseJson, readTextFile, unreadableSource } from './read-text.ts';

/**
 * Reads what columns shall become.
 *
 * @param pairs Such as `Summary=title`; they come before what the file says.
 * @param file The path of a JSON object such as `{"Summary": "title"}`; null for none.
 * @throws SweatShopError InvalidInput for anything else.
 */
export async function readMapping(
  pairs: readonly string[],
  file: string | null,
): Promise<Record<string, string>> {
  const fromFile = file === null ? [] : await readPairs(file);
  return Object.fromEntries([...fromFile, ...pairs.map(divide)]);
}

async function readPairs(file: string): Promise<(readonly [string, string])[]> {
  const value = parseJson(await readTextFile(file), file);
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  const pairs = Object.entries(isObject ? value : {}) as [string, unknown][];
  const texts = pairs.filter((pair): pair is [string, string] => typeof pair[1] === 'string');
  if (isObject && texts.length === pairs.length) return texts;
  const message = 'expected an object of columns and fields, such as {"Summary": "title"}';
  throw unreadableSource(file, message);
}

/** A column may have "=" in its name, a field has not. */
function divide(pair: string): readonly [string, string] {
  const at = pair.lastIndexOf('=');
  const [column, field] = [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
  if (at !== -1 && column !== '' && field !== '') return [column, field];
  const message = `--map "${pair}" says nothing. Write the column and the field, such as --map "Summary=title".`;
  throw new SweatShopError('InvalidInput', message, { pair });
}
