import { recall, remember } from './preferences.ts';

export const VIEWS = ['board', 'agents', 'orgs', 'database', 'reference'] as const;
export type View = (typeof VIEWS)[number];

/** What the address says: a view, the thing chosen in it, and what narrows it. */
export type Route = {
  readonly view: View;
  readonly id: string | null;
  readonly query: ReadonlyMap<string, string>;
};

/**
 * Keeps the place of the person in the address, as `#/board/tkt_1?priority=high`.
 *
 * Each view remembers where it was left, so coming back to the board finds its filters.
 */
export class Router {
  #route = $state.raw<Route>({ view: 'board', id: null, query: new Map() });
  readonly #lastHashes = new Map<View, string>();

  constructor() {
    const remembered = recall('route', (stored) => readRoute(stored), undefined);
    const current = readRoute(location.hash) ?? remembered ?? this.#route;
    this.#enter(current, 'replace');
  }

  get route(): Route {
    return this.#route;
  }

  /**
   * Follows the address bar and the back button.
   *
   * @returns A function that stops following.
   */
  follow(): () => void {
    const listener = () => {
      const route = readRoute(location.hash);
      if (route !== undefined) this.#note(route);
    };
    window.addEventListener('hashchange', listener);
    return () => {
      window.removeEventListener('hashchange', listener);
    };
  }

  /** Goes to a view as it was left, or to one thing in it. */
  go(view: View, id?: string): void {
    const last = readRoute(this.#lastHashes.get(view) ?? '');
    const query = last?.query ?? new Map<string, string>();
    this.#enter({ view, id: id ?? (view === 'agents' ? (last?.id ?? null) : null), query }, 'push');
  }

  /** Chooses another thing in the same view, or none. */
  choose(id: string | null): void {
    this.#enter({ ...this.#route, id }, 'push');
  }

  /** Narrows the same view; no step for the back button, since typing would make one a letter. */
  narrow(query: ReadonlyMap<string, string>): void {
    this.#enter({ ...this.#route, query }, 'replace');
  }

  #enter(route: Route, how: 'push' | 'replace'): void {
    const hash = writeRoute(route);
    if (hash !== location.hash) {
      if (how === 'push') history.pushState(null, '', hash);
      // The token has to stay until it was exchanged for a session.
      else if (!location.hash.startsWith('#token=')) history.replaceState(null, '', hash);
    }
    this.#note(route);
  }

  #note(route: Route): void {
    this.#route = route;
    const hash = writeRoute(route);
    this.#lastHashes.set(route.view, hash);
    remember('route', hash);
  }
}

/** Reads `#/view/id?query`; undefined for anything else. */
export function readRoute(hash: unknown): Route | undefined {
  if (typeof hash !== 'string') return undefined;
  const [path = '', search = ''] = hash.replace(/^#/, '').split('?');
  const [, name, id] = path.split('/');
  const view = VIEWS.find((candidate) => candidate === name);
  if (view === undefined) return undefined;
  return { view, id: id ? decode(id) : null, query: new Map(new URLSearchParams(search)) };
}

export function writeRoute({ view, id, query }: Route): string {
  const search = new URLSearchParams([...query]).toString();
  const path = id === null ? `#/${view}` : `#/${view}/${encodeURIComponent(id)}`;
  return search === '' ? path : `${path}?${search}`;
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
