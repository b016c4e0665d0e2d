import { SweatShopError, notFound } from '../../shared/errors.ts';
import {
  FIRST_BASE_PORT,
  LAST_BASE_PORT,
  PORT_BLOCK_SIZE,
  type PortAllocation,
  type PortRequest,
} from '../../shared/types.ts';
import { timestampOf } from '../ports/clock.ts';
import { isSame } from './audit-trail.ts';
import { createId, defined, type ServiceContext } from './context.ts';

/** Which project folder of this machine listens to which ports. */
export class PortService {
  readonly #context: ServiceContext;

  constructor(context: ServiceContext) {
    this.#context = context;
  }

  list(): PortAllocation[] {
    return this.#allocations.list();
  }

  get(projectPath: string): PortAllocation | null {
    return this.#allocations.getByPath(projectPath);
  }

  /**
   * Gives a folder its block: the one it has, with the time of its last use, or the lowest that is free.
   *
   * @throws SweatShopError NotFound when there is no such project; LimitReached when every block is taken.
   */
  allocate({ projectPath, ...fields }: PortRequest): PortAllocation {
    return this.#context.database.transaction(() => {
      const { projectId } = fields;
      if (projectId !== undefined) this.#context.repositories.projects.getOrThrow(projectId);
      const lastUsedAt = timestampOf(this.#context.clock);
      const known = this.#allocations.getByPath(projectPath);
      if (known) return this.#allocations.update(known.id, { ...fields, lastUsedAt });
      return this.#allocations.create({
        id: createId('portAllocation'),
        projectPath,
        ...defined(fields),
        basePort: this.#lowestFree(),
        registeredAt: lastUsedAt,
        lastUsedAt,
      });
    });
  }

  /** @throws SweatShopError NotFound when the folder has no block. */
  release(projectPath: string): void {
    this.#context.database.transaction(() => {
      const allocation = this.#allocations.getByPath(projectPath);
      if (!allocation) throw notFound('port allocation', projectPath);
      this.#allocations.delete(allocation.id);
    });
  }

  /**
   * Frees the blocks whose folder is gone, and those whose process has ended; one without a process stays.
   *
   * @returns The blocks that were freed.
   */
  async cleanUp(): Promise<PortAllocation[]> {
    const allocations = this.list();
    const isStale = await Promise.all(allocations.map((allocation) => this.#isStale(allocation)));
    return this.#context.database.transaction(() => {
      // While the disk was asked, somebody may have taken a block up again.
      const stale = allocations.filter(
        (allocation, index) =>
          isStale[index] === true && isSame(this.#allocations.get(allocation.id), allocation),
      );
      for (const { id } of stale) this.#allocations.delete(id);
      return stale;
    });
  }

  async #isStale({ projectPath, pid }: PortAllocation): Promise<boolean> {
    const { machine } = this.#context;
    if (pid !== undefined && !machine.isProcessAlive(pid)) return true;
    return !(await machine.folderExists(projectPath));
  }

  #lowestFree(): number {
    const taken = new Set(this.list().map(({ basePort }) => basePort));
    for (let port = FIRST_BASE_PORT; port <= LAST_BASE_PORT; port += PORT_BLOCK_SIZE) {
      if (!taken.has(port)) return port;
    }
    throw new SweatShopError(
      'LimitReached',
      'Every block of ports is taken. Clean up those of folders that are gone.',
      { limit: taken.size },
    );
  }

  get #allocations() {
    return this.#context.repositories.portAllocations;
  }
}
