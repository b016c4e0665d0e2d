import path from 'node:path';
import {
  isFarmPorts,
  isFarmState,
  portRows,
  stateRows,
  type PlaceInJson,
} from '../../core/importers/agent-farm/farm-json.ts';
import type { FarmRow } from '../../core/importers/agent-farm/farm-row.ts';
import { STATE_FOLDER } from './agent-farm-files.ts';
import { scanJson } from './json-scan.ts';
import { parseJson, readTextFile, unreadableSource } from './read-text.ts';

/** Thousands of times what agent-farm writes, and little enough to check whole. */
const MAX_JSON_BYTES = 32_000_000;
const JSON_NAMES: readonly string[] = ['state.json', 'ports.json'];
const SHAPE = /^\s*\{[^]*"(?:basePort|builders|architect)"\s*:/;

/**
 * Tells by its content whether a text file is `state.json` or `ports.json`. One that is broken counts if it began as
 * such or is where agent-farm writes it, so that its reader can say what is wrong.
 */
export async function isFarmJson(file: string): Promise<boolean> {
  const isInPlace =
    path.basename(path.dirname(file)) === STATE_FOLDER && JSON_NAMES.includes(path.basename(file));
  let text: string;
  try {
    text = await readTextFile(file, { maxBytes: MAX_JSON_BYTES });
  } catch {
    return isInPlace;
  }
  if (scanJson(text).problem) return isInPlace || SHAPE.test(text);
  const value = JSON.parse(text) as unknown;
  return isFarmState(value) || isFarmPorts(value);
}

/**
 * Reads `state.json` or `ports.json`, whichever the file holds.
 *
 * @param name What messages about its rows call it.
 * @param projectPath The folder it is about, where it holds the state of one.
 * @throws SweatShopError InvalidInput with file and place of what is wrong.
 */
export async function readFarmJson(
  file: string,
  name: string,
  projectPath: string,
): Promise<FarmRow[]> {
  const text = await readTextFile(file, { maxBytes: MAX_JSON_BYTES });
  const value = parseJson(text, file);
  const placeOf = placesOf(text, file, name);
  const isRegistry = isFarmPorts(value) || path.basename(file) === 'ports.json';
  return isRegistry ? portRows(value, placeOf) : stateRows(value, placeOf, projectPath);
}

/** Finds the line of each value near the top; a name that is there twice would hide the first of its values. */
function placesOf(text: string, file: string, name: string): PlaceInJson {
  const lines = new Map<string, number>();
  let parent: string | number | null = null;
  let line = 1;
  let counted = 0;
  scanJson(text, {
    onValue: (depth, part, offset) => {
      for (; counted < offset; counted += 1) if (text[counted] === '\n') line += 1;
      if (depth === 0) return;
      if (depth === 1) parent = part;
      const key = JSON.stringify(depth === 1 ? [part] : [parent, part]);
      if (lines.has(key)) {
        const message = `${JSON.stringify(part)} is there twice, first in line ${String(lines.get(key))}`;
        throw unreadableSource(`${file}:${String(line)}`, message);
      }
      lines.set(key, line);
    },
  });
  return (...parts) => {
    const found = lines.get(JSON.stringify(parts));
    const spelled = parts.map((part, index) => spell(part, index)).join('');
    return [found === undefined ? name : `${name}:${String(found)}`, spelled].join(' ').trim();
  };
}

function spell(part: string | number, index: number): string {
  if (typeof part === 'number') return `[${String(part)}]`;
  return index === 0 && /^\w+$/.test(part) ? part : `[${JSON.stringify(part)}]`;
}
