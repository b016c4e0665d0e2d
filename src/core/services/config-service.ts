import * as v from 'valibot';
import { invalidInput, notFound } from '../../shared/errors.ts';
import { SETTINGS, type ConfigEntry } from '../../shared/types.ts';
import { timestampOf } from '../ports/clock.ts';
import type { ServiceContext } from './context.ts';

/** The settings that are kept in the database. */
export class ConfigService {
  readonly #context: ServiceContext;

  constructor(context: ServiceContext) {
    this.#context = context;
  }

  list(): ConfigEntry[] {
    return this.#config.list();
  }

  get(key: string): ConfigEntry | null {
    return this.#config.get(key);
  }

  /** @throws SweatShopError InvalidInput when SweatShop knows the setting and does not understand the value. */
  set(key: string, value: string): ConfigEntry {
    assertUnderstood(key, value);
    return this.#config.upsert({ key, value, updatedAt: timestampOf(this.#context.clock) });
  }

  /** @throws SweatShopError NotFound. */
  delete(key: string): void {
    if (!this.#config.delete(key)) throw notFound('setting', key);
  }

  get #config() {
    return this.#context.repositories.config;
  }
}

function assertUnderstood(key: string, value: string): void {
  const schema = new Map(Object.entries<v.GenericSchema>(SETTINGS)).get(key);
  if (!schema) return;
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), value);
  if (parsed.success) return;
  throw invalidInput(
    ...parsed.issues.map((issue) => ({
      path: ['value', v.getDotPath(issue) ?? ''].filter((part) => part !== '').join('.'),
      message: issue.message,
    })),
  );
}
