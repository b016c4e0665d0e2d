import type { Direction } from './board-columns.ts';

const DIRECTIONS: Readonly<Record<string, Direction>> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  ArrowLeft: 'left',
  ArrowRight: 'right',
  k: 'up',
  j: 'down',
  h: 'left',
  l: 'right',
};

type Key = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/**
 * Gives the direction that a key stands for: an arrow, or H, J, K and L as in an editor.
 *
 * @returns Null for any other key. Letters with a modifier belong to the browser.
 */
export function directionOf({ key, ctrlKey, metaKey, altKey, shiftKey }: Key): Direction | null {
  if (altKey || shiftKey) return null;
  if (key.length === 1 && (ctrlKey || metaKey)) return null;
  return DIRECTIONS[key] ?? null;
}
