import type { Agent, ArchitectInput, BuilderInput, Crew } from '../../shared/types.ts';
import { invalidInput } from '../../shared/errors.ts';
import type { AgentService } from './agent-service.ts';
import { createdNow, defined, type ServiceContext } from './context.ts';

const ARCHITECT = 'architect';

/** Who works in a project: one architect at most, builders, and what is open beside them. */
export class CrewService {
  readonly #context: ServiceContext;
  readonly #agents: AgentService;

  constructor(context: ServiceContext, agents: AgentService) {
    this.#context = context;
    this.#agents = agents;
  }

  /** @throws SweatShopError NotFound when there is no such project. */
  get(projectId: string): Crew {
    const { projects, agents, terminals, annotations } = this.#context.repositories;
    projects.getOrThrow(projectId);
    const crew = agents.query({
      where: [['projectId', '=', projectId]],
      orderBy: [['createdAt', 'asc']],
    });
    const shells = terminals.query({
      where: [['projectId', '=', projectId]],
      orderBy: [['createdAt', 'asc']],
    });
    const parents = new Set([...crew, ...shells].map(({ id }) => id));
    return {
      architect: crew.find(({ agentType }) => agentType === ARCHITECT) ?? null,
      builders: crew.filter(({ agentType }) => agentType !== ARCHITECT),
      terminals: shells,
      annotations: annotations
        .list()
        .filter(({ agentId, terminalId }) => parents.has(agentId ?? terminalId ?? '')),
    };
  }

  /**
   * Stores what is known of the architect of a project, who appears if there is none.
   *
   * @throws SweatShopError NotFound when there is no such project; Conflict when the port is taken.
   */
  setArchitect(projectId: string, data: ArchitectInput): Agent {
    return this.#context.database.transaction(() => {
      const { architect } = this.get(projectId);
      if (architect) return this.#agents.update(architect.id, data);
      return this.#agents.create({ name: 'Architect', ...data, projectId, agentType: ARCHITECT });
    });
  }

  /**
   * Stores what is known of a builder, who appears if nobody has the id.
   *
   * @throws SweatShopError NotFound when there is no such project; InvalidInput for an architect; Conflict when the
   *   port is taken.
   */
  upsertBuilder({ id, ...data }: BuilderInput): Agent {
    return this.#context.database.transaction(() => {
      const { projects, agents } = this.#context.repositories;
      if (data.projectId !== undefined) projects.getOrThrow(data.projectId);
      const known = agents.get(id);
      if ((data.agentType ?? known?.agentType) === ARCHITECT) {
        throw invalidInput({
          path: 'agentType',
          message: 'use crews.setArchitect for an architect',
        });
      }
      if (known) return this.#agents.update(id, data);
      return agents.create({
        agentType: 'coder',
        name: id,
        ...defined(data),
        ...createdNow('agent', this.#context.clock),
        id,
        status: 'IDLE',
      });
    });
  }
}
