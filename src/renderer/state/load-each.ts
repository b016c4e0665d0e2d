/** Gets rows one by one, for entities that have no list by ids; those that are gone are left out. */
export async function loadEach<T>(
  ids: readonly string[],
  get: (id: string) => Promise<T | null>,
): Promise<T[]> {
  const found = await Promise.all(ids.map((id) => get(id)));
  return found.filter((row) => row !== null);
}
