import type { Repositories } from '../repositories/repositories.ts';
import type { ImportItem } from './import-items.ts';
import type { UniqueValues } from './import-uniques.ts';

/** Finds rows that are here already though no record of an import knows them. */
export class ImportAdoption {
  readonly #repositories: Repositories;
  readonly #isOwn: boolean;
  #tickets: ReadonlyMap<string, string> | null = null;
  readonly #taken = new Set<string>();

  /** @param isOwn Whether the source is an export of SweatShop, whose tickets are known by their ids alone. */
  constructor(repositories: Repositories, isOwn: boolean) {
    this.#repositories = repositories;
    this.#isOwn = isOwn;
  }

  /**
   * Gives the id of the row that is to be taken for a new one.
   *
   * @param item What would be created.
   * @param uniques The values that no two rows of its table share.
   */
  find({ entity, table }: ImportItem, uniques: readonly UniqueValues[]): string | undefined {
    if (entity === null) return undefined;
    for (const unique of uniques) {
      const key = unique.rule.onClash === 'adopt' ? unique.keyOf(entity) : null;
      const holder = key === null ? undefined : unique.holderOf(key);
      if (holder !== undefined) return holder;
      // A second row of the source with the same values is the same thing, too.
      if (key !== null) unique.take(key, entity.id);
    }
    if (table !== 'tickets' || this.#isOwn || typeof entity['externalId'] !== 'string') {
      return undefined;
    }
    return this.#takeTicket(String(entity['source']), entity['externalId']);
  }

  /** A ticket is taken only once; ids are compared without case, if none is the same to the letter. */
  #takeTicket(source: string, externalId: string): string | undefined {
    const tickets = (this.#tickets ??= this.#unrecorded());
    for (const key of [keyOf(source, externalId), keyOf(source, externalId.toLowerCase(), true)]) {
      const id = tickets.get(key);
      if (id === undefined || this.#taken.has(id)) continue;
      this.#taken.add(id);
      return id;
    }
    return undefined;
  }

  #unrecorded(): Map<string, string> {
    const { tickets, importRecords } = this.#repositories;
    const recorded = importRecords.targetsIn('tickets');
    const found = new Map<string, string>();
    for (const [id, source, externalId] of tickets.values(['id', 'source', 'externalId'])) {
      if (typeof externalId !== 'string' || recorded.has(String(id))) continue;
      found.set(keyOf(String(source), externalId), String(id));
      found.set(keyOf(String(source), externalId.toLowerCase(), true), String(id));
    }
    return found;
  }
}

function keyOf(source: string, externalId: string, isFolded = false): string {
  return JSON.stringify([source, externalId, isFolded]);
}
