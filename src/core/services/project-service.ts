import type { DeleteOptions } from '../../shared/contract/options.ts';
import { SweatShopError } from '../../shared/errors.ts';
import type { Project, ProjectInput, ProjectPatch, WorkerType } from '../../shared/types.ts';
import { isUniqueConflict } from '../database/sql-error.ts';
import type { ParsedProjectFilter } from '../repositories/project-repository.ts';
import type { AgentService } from './agent-service.ts';
import { createdNow, defined, updatedNow, type ServiceContext } from './context.ts';
import { DEFAULT_WORKER_TYPES } from './default-worker-types.ts';
import type { TicketService } from './ticket-service.ts';

/** What people do with projects. */
export class ProjectService {
  readonly #context: ServiceContext;
  readonly #services: { readonly tickets: TicketService; readonly agents: AgentService };

  constructor(
    context: ServiceContext,
    services: { readonly tickets: TicketService; readonly agents: AgentService },
  ) {
    this.#context = context;
    this.#services = services;
  }

  list(filter?: ParsedProjectFilter): Project[] {
    return this.#projects.list(filter);
  }

  get(id: string): Project | null {
    return this.#projects.get(id);
  }

  getByName(repositoryName: string): Project | null {
    return this.#projects.getByName(repositoryName);
  }

  /**
   * Creates a project with the default worker types.
   *
   * @throws SweatShopError Conflict when there is one with this repository name.
   */
  create(data: ProjectInput): Project {
    return this.#context.database.transaction(() => {
      const project = this.#withFreeName(() =>
        this.#projects.create({ ...createdNow('project', this.#context.clock), ...defined(data) }),
      );
      this.seedWorkerTypes(project.id);
      return project;
    });
  }

  /** @throws SweatShopError NotFound; Conflict when another project has the repository name. */
  update(id: string, patch: ProjectPatch): Project {
    return this.#context.database.transaction(() =>
      this.#withFreeName(() =>
        this.#projects.update(id, { ...patch, ...updatedNow(this.#context.clock) }),
      ),
    );
  }

  /**
   * Deletes a project with its worker types and terminals.
   *
   * @throws SweatShopError NotFound; Conflict when tickets or agents belong to it and `withHistory` does not agree
   *   that they go too, or when one of its agents works.
   */
  delete(id: string, { withHistory = false }: DeleteOptions = {}): void {
    this.#context.database.transaction(() => {
      const { tickets, agents } = this.#context.repositories;
      const { repositoryName } = this.#projects.getOrThrow(id);
      const ticketIds = tickets.listIdsOfProject(id);
      const agentIds = agents.query({ where: [['projectId', '=', id]] }).map((agent) => agent.id);
      if (ticketIds.length + agentIds.length > 0 && !withHistory) {
        throw new SweatShopError(
          'Conflict',
          `${String(ticketIds.length)} ticket(s) and ${String(agentIds.length)} agent(s) belong to ${repositoryName}. ` +
            'Delete it with its history if they may go too.',
          { tickets: ticketIds.length, agents: agentIds.length },
        );
      }
      for (const agentId of agentIds) this.#services.agents.delete(agentId, { withHistory });
      for (const ticketId of ticketIds) this.#services.tickets.delete(ticketId, { withHistory });
      this.#projects.delete(id);
    });
  }

  /**
   * Adds the default worker types that a project does not have; those it has stay as they are.
   *
   * @returns All worker types of the project.
   * @throws SweatShopError NotFound.
   */
  seedWorkerTypes(id: string): WorkerType[] {
    return this.#context.database.transaction(() => {
      const { workerTypes } = this.#context.repositories;
      this.#projects.getOrThrow(id);
      for (const workerType of DEFAULT_WORKER_TYPES) {
        if (workerTypes.getByName(id, workerType.workerType)) continue;
        workerTypes.create({
          ...createdNow('workerType', this.#context.clock),
          projectId: id,
          ...workerType,
        });
      }
      return workerTypes.list({ projectId: id });
    });
  }

  #withFreeName(write: () => Project): Project {
    try {
      return write();
    } catch (error) {
      if (!isUniqueConflict(error)) throw error;
      throw new SweatShopError(
        'Conflict',
        'There is a project with this repository name already.',
        {
          field: 'repositoryName',
        },
      );
    }
  }

  get #projects() {
    return this.#context.repositories.projects;
  }
}
