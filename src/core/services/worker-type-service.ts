import { SweatShopError } from '../../shared/errors.ts';
import type { WorkerType, WorkerTypeInput, WorkerTypePatch } from '../../shared/types.ts';
import { isUniqueConflict } from '../database/sql-error.ts';
import type { ParsedWorkerTypeFilter } from '../repositories/worker-type-repository.ts';
import { createdNow, defined, updatedNow, type ServiceContext } from './context.ts';

/** What people do with the worker types of a project. */
export class WorkerTypeService {
  readonly #context: ServiceContext;

  constructor(context: ServiceContext) {
    this.#context = context;
  }

  list(filter?: ParsedWorkerTypeFilter): WorkerType[] {
    return this.#workerTypes.list(filter);
  }

  get(id: string): WorkerType | null {
    return this.#workerTypes.get(id);
  }

  /** @throws SweatShopError NotFound when there is no such project; Conflict when it has a type of this name. */
  create(data: WorkerTypeInput): WorkerType {
    return this.#context.database.transaction(() => {
      this.#context.repositories.projects.getOrThrow(data.projectId);
      return this.#withFreeName(() =>
        this.#workerTypes.create({
          ...createdNow('workerType', this.#context.clock),
          ...defined(data),
        }),
      );
    });
  }

  /** @throws SweatShopError NotFound; Conflict when the name is taken, or would change while a plan waits for it. */
  update(id: string, patch: WorkerTypePatch): WorkerType {
    return this.#context.database.transaction(() => {
      const old = this.#workerTypes.getOrThrow(id);
      if (patch.workerType !== undefined && patch.workerType !== old.workerType) {
        this.#assertNoPlanWaits(old, 'renamed');
      }
      return this.#withFreeName(() =>
        this.#workerTypes.update(id, { ...patch, ...updatedNow(this.#context.clock) }),
      );
    });
  }

  /** @throws SweatShopError NotFound; Conflict when an unfinished plan waits for it. */
  delete(id: string): void {
    this.#context.database.transaction(() => {
      this.#assertNoPlanWaits(this.#workerTypes.getOrThrow(id), 'deleted');
      this.#workerTypes.delete(id);
    });
  }

  #assertNoPlanWaits({ projectId, workerType }: WorkerType, verb: string): void {
    const waiting = this.#context.repositories.tickets.listPlannedFor(projectId, workerType);
    if (waiting.length === 0) return;
    throw new SweatShopError(
      'Conflict',
      `The plans of ${String(waiting.length)} open ticket(s) name ${workerType}, so it cannot be ${verb}. ` +
        'Change those plans first.',
      { tickets: waiting.slice(0, 20) },
    );
  }

  #withFreeName(write: () => WorkerType): WorkerType {
    try {
      return write();
    } catch (error) {
      if (!isUniqueConflict(error)) throw error;
      throw new SweatShopError('Conflict', 'The project has a worker type of this name already.', {
        field: 'workerType',
      });
    }
  }

  get #workerTypes() {
    return this.#context.repositories.workerTypes;
  }
}
