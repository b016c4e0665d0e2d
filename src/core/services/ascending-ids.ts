import type { ID_PREFIXES } from '../../shared/entities/id-prefixes.ts';
import { createId } from './context.ts';

/**
 * Gives ids one after the other, each greater than the one before.
 *
 * Most indexes end with the id. Rows that come in the order of their ids are appended to them; rows with ids in no order
 * land all over, which costs several times as much in a large import.
 */
export class AscendingIds {
  readonly #entity: keyof typeof ID_PREFIXES;
  readonly #count: number;
  #ids: string[] | null = null;
  #next = 0;

  /** @param count How many will be asked for at most. */
  constructor(entity: keyof typeof ID_PREFIXES, count: number) {
    this.#entity = entity;
    this.#count = count;
  }

  next(): string {
    this.#ids ??= Array.from({ length: this.#count }, () => createId(this.#entity)).sort();
    const id = this.#ids[this.#next];
    this.#next += 1;
    return id ?? createId(this.#entity);
  }
}
