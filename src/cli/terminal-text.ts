import { stripVTControlCharacters } from 'node:util';

/**
 * Makes text of agents and imports harmless for a terminal: no escape sequences, no control characters, no change of
 * the direction in which it is read.
 *
 * @param text Of any number of lines.
 */
export function toTerminalText(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}

/** As {@link toTerminalText}, on one line. */
export function toTerminalLine(text: string): string {
  return toTerminalText(text).replaceAll(/\s+/g, ' ').trim();
}
