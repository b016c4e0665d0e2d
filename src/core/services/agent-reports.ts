import {
  AGENT_TRANSITIONS,
  type Agent,
  type AgentPatch,
  type AgentStatus,
} from '../../shared/types.ts';
import type { AgentService } from './agent-service.ts';
import { createdNow, type ServiceContext } from './context.ts';

/** The steps of work that the program of an agent takes by itself, in their order. */
const WORK: readonly AgentStatus[] = [
  'ASSIGNED',
  'BRANCHING',
  'DEVELOPING',
  'PROVISIONING',
  'QA_READY',
];

/** What the programs of agents say of themselves, under ids that they choose. */
export class AgentReportService {
  readonly #context: ServiceContext;
  readonly #agents: AgentService;

  constructor(context: ServiceContext, agents: AgentService) {
    this.#context = context;
    this.#agents = agents;
  }

  /**
   * Stores what is said of an agent, who appears if nobody has the id.
   *
   * @param patch A status further on in the work is reached through those between.
   * @throws SweatShopError InvalidTransition; InvalidInput when the step needs a call of its own; Conflict when the
   *   port is taken, or the project has an architect; LimitReached when the ticket would enter a full column.
   */
  report(id: string, { status, ...fields }: AgentPatch): Agent {
    return this.#context.database.transaction(() => {
      this.appear(id);
      const agent = this.#agents.update(id, fields);
      if (status === undefined) return agent;
      return stepsTo(agent.status, status).reduce(
        (_, step) => this.#agents.update(id, { status: step }),
        agent,
      );
    });
  }

  /** Gives the agent with this id, who is new and idle if nobody has it; must be called in a transaction. */
  appear(id: string, agentType = 'coder'): Agent {
    const { agents } = this.#context.repositories;
    const known = agents.get(id);
    if (known) return known;
    const now = createdNow('agent', this.#context.clock);
    return agents.create({ ...now, id, name: id, agentType, status: 'IDLE' });
  }
}

/** Gives the steps from one status to another; a single one where the state machine has to judge it. */
function stepsTo(from: AgentStatus, to: AgentStatus): readonly AgentStatus[] {
  const direct: readonly AgentStatus[] = AGENT_TRANSITIONS[from];
  if (from === to || direct.includes(to)) return [to];
  // Work that was sent back, or that failed, goes on where developing starts.
  const start = WORK.indexOf(from === 'REWORK' || from === 'ERROR' ? 'BRANCHING' : from);
  const end = WORK.indexOf(to);
  return start === -1 || end < start ? [to] : WORK.slice(start + 1, end + 1);
}
