/** For each ticket that waits for others, the ids of those. */
type Graph = ReadonlyMap<string, readonly string[]>;

type Visit = {
  readonly id: string;
  readonly remaining: Iterator<string>;
  /** The edge to the visit above on the stack, once there is one. */
  next: string;
};

/**
 * Finds new dependencies that would close a cycle, so that leaving them out leaves none.
 *
 * Depth first with a stack of its own: a chain of a hundred thousand tickets must not overflow the machine's.
 *
 * @param graph All dependencies, the new ones included.
 * @param starts The tickets that have new ones.
 * @param isNew Tells whether a dependency is new; the others are no cycle by themselves.
 * @param onCycle Told of each dependency to leave out, and of the cycle, which starts and ends with the ticket that it
 *   leads to.
 */
export function findCycles(
  graph: Graph,
  starts: Iterable<string>,
  isNew: (from: string, to: string) => boolean,
  onCycle: (from: string, to: string, path: readonly string[]) => void,
): void {
  const done = new Set<string>();
  const depths = new Map<string, number>();
  /** The way on, for tickets that were left again because it leads back to one that is still open. */
  const waysBack = new Map<string, { readonly next: string; readonly target: string }>();
  const leftOut = new Set<string>();
  const stack: Visit[] = [];

  for (const start of starts) {
    if (done.has(start)) continue;
    open(start);
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const next = top.remaining.next();
      if (next.done === true) {
        stack.pop();
        depths.delete(top.id);
        done.add(top.id);
        continue;
      }
      const to = next.value;
      if (done.has(to) || leftOut.has(keyOf(top.id, to))) continue;
      top.next = to;
      const target = depths.has(to) ? to : wayBackFrom(to);
      if (target === undefined) open(to);
      else breakCycle(to, target);
    }
  }

  function open(id: string): void {
    waysBack.delete(id);
    depths.set(id, stack.length);
    stack.push({ id, remaining: (graph.get(id) ?? []).values(), next: '' });
  }

  /** Gives the open ticket to which a ticket is known to lead. */
  function wayBackFrom(id: string): string | undefined {
    const target = waysBack.get(id)?.target;
    return target !== undefined && depths.has(target) ? target : undefined;
  }

  /** Leaves out the last new dependency on the way from the target, which is open, to `to` and so back to it. */
  function breakCycle(to: string, target: string): void {
    const from = depths.get(target) ?? 0;
    for (let depth = stack.length - 1; depth >= from; depth -= 1) {
      const visit = stack[depth];
      if (!visit) return;
      if (isNew(visit.id, visit.next)) {
        leftOut.add(keyOf(visit.id, visit.next));
        onCycle(visit.id, visit.next, pathFrom(from, to, target));
        leaveAbove(depth, target);
        return;
      }
    }
  }

  function leaveAbove(depth: number, target: string): void {
    for (const { id, next } of stack.splice(depth + 1)) {
      depths.delete(id);
      waysBack.set(id, { next, target });
    }
  }

  function pathFrom(depth: number, to: string, target: string): string[] {
    const path = stack.slice(depth).map(({ id }) => id);
    for (let id: string | undefined = to; id !== undefined && id !== target;) {
      path.push(id);
      id = waysBack.get(id)?.next;
    }
    return [...path, target];
  }
}

function keyOf(from: string, to: string): string {
  return JSON.stringify([from, to]);
}
