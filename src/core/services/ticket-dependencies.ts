import { SweatShopError, invalidInput } from '../../shared/errors.ts';
import type { TicketRepository } from '../repositories/ticket-repository.ts';

/** For each ticket that waits for others, the ids of those. */
export type DependencyGraph = ReadonlyMap<string, readonly string[]>;

/**
 * Checks that a ticket may depend on others.
 *
 * @param id The ticket; a new one has no dependents and so can close no cycle.
 * @param dependsOn The ids it shall depend on.
 * @throws SweatShopError InvalidInput when an id names no ticket; DependencyCycle with the path, which starts
 *   and ends with the ticket.
 */
export function assertMayDependOn(
  tickets: TicketRepository,
  id: string,
  dependsOn: readonly string[],
): void {
  if (dependsOn.length === 0) return;
  const existing = tickets.existing(dependsOn);
  const missing = dependsOn.flatMap((dependency, index) =>
    existing.has(dependency)
      ? []
      : [
          {
            path: `dependsOn.${String(index)}`,
            message: `there is no ticket with the id ${dependency}`,
          },
        ],
  );
  if (missing.length > 0) throw invalidInput(...missing);

  const path = findPath(tickets.dependenciesFrom(dependsOn), dependsOn, id);
  if (path) {
    throw new SweatShopError(
      'DependencyCycle',
      'A ticket cannot wait for itself, not even through others.',
      { path: [id, ...path] },
    );
  }
}

/**
 * Finds the shortest way along dependencies from one of the starts to the target.
 *
 * @returns The ids on the way, both ends included, or undefined when there is none.
 */
export function findPath(
  graph: DependencyGraph,
  starts: readonly string[],
  target: string,
): readonly string[] | undefined {
  const cameFrom = new Map<string, string | undefined>(starts.map((start) => [start, undefined]));
  const queue = [...starts];
  // The queue grows while it is walked.
  for (const id of queue) {
    if (id === target) return pathTo(id, cameFrom);
    for (const next of graph.get(id) ?? []) {
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, id);
      queue.push(next);
    }
  }
  return undefined;
}

function pathTo(end: string, cameFrom: ReadonlyMap<string, string | undefined>): string[] {
  const path: string[] = [];
  for (let id: string | undefined = end; id !== undefined; id = cameFrom.get(id)) path.push(id);
  return path.reverse();
}
