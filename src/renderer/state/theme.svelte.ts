import { recall, remember } from './preferences.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export type ThemeName = (typeof THEMES)[number];

/** Which colours the page wears; remembered in this browser. */
export class Theme {
  #choice = $state<ThemeName>(
    recall('theme', (stored) => THEMES.find((name) => name === stored), 'system'),
  );

  constructor() {
    this.#apply();
  }

  get choice(): ThemeName {
    return this.#choice;
  }

  choose(choice: ThemeName): void {
    this.#choice = choice;
    remember('theme', choice);
    this.#apply();
  }

  #apply(): void {
    document.documentElement.dataset['theme'] = this.#choice;
  }
}
