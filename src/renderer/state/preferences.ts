const PREFIX = 'sweatshop.';

/**
 * Reads what was remembered in this browser.
 *
 * @param read Gives the value, or undefined when what is stored is not one.
 * @returns The fallback when nothing fitting is stored or storage is denied.
 */
export function recall<T>(key: string, read: (stored: unknown) => T | undefined, fallback: T): T {
  try {
    const text = localStorage.getItem(PREFIX + key);
    return text === null ? fallback : (read(JSON.parse(text)) ?? fallback);
  } catch {
    return fallback;
  }
}

/** Remembers a value in this browser; without storage it lasts as long as the page. */
export function remember(key: string, value: unknown): void {
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify(value));
  } catch {
    // Storage can be denied or full; a preference is not worth an error.
  }
}
