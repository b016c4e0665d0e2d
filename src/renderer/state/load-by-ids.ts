/** Above this many, one list is cheaper than a call for each. */
const MOST_CALLS = 8;

type Source<T> = {
  readonly get: (id: string) => Promise<T | null>;
  readonly list: () => Promise<readonly T[]>;
};

/** Gets rows by their ids, for entities that have no list by ids; those that are gone are left out. */
export async function loadByIds<T extends { readonly id: string }>(
  ids: readonly string[],
  { get, list }: Source<T>,
): Promise<T[]> {
  if (ids.length > MOST_CALLS) return (await list()).filter(({ id }) => ids.includes(id));
  const found = await Promise.all(ids.map((id) => get(id)));
  return found.filter((row) => row !== null);
}
