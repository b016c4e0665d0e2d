import type { SweatShopApi } from '../../shared/ipc-channels.ts';
import { type Agent, AGENT_TRANSITIONS, type AgentStatus } from '../../shared/entities/agent.ts';
import type { AgentStore } from './agent-store.svelte.ts';
import type { Dialogs } from './dialogs.svelte.ts';
import type { Toasts } from './toasts.svelte.ts';

export type AgentAction = {
  readonly id: string;
  readonly label: string;
  /** `main`: what a person most likely wants next. `danger`: it stops or undoes work. */
  readonly weight: 'main' | 'normal' | 'danger';
  readonly run: (agent: Agent) => Promise<boolean>;
};

type Parts = {
  readonly api: SweatShopApi;
  readonly agents: AgentStore;
  readonly toasts: Toasts;
  readonly dialogs: Dialogs;
};

/** What a person can do with an agent, with the questions that go before and the words for a failure. */
export class AgentActions {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The steps that an agent may take next, the likeliest first. */
  stepsOf(agent: Agent): readonly AgentAction[] {
    const next: readonly AgentStatus[] = AGENT_TRANSITIONS[agent.status];
    const steps = next.flatMap((to) => this.#stepBetween(agent.status, to) ?? []);
    if (agent.status !== 'IDLE') steps.push(this.#stopping());
    return steps;
  }

  /** @returns Whether it went well; a failure has been told already, as with every action here. */
  approve(agent: Agent): Promise<boolean> {
    return this.#attempt(
      () => this.#parts.api.agents.approve(agent.id),
      `${agent.name} was not approved`,
    );
  }

  merge(agent: Agent): Promise<boolean> {
    return this.#attempt(
      () => this.#parts.api.agents.merge(agent.id),
      `The work of ${agent.name} was not merged`,
    );
  }

  /** Asks for the reason first. */
  async reject(agent: Agent): Promise<boolean> {
    const reason = await this.#parts.dialogs.askText({
      title: `Send ${agent.name} back to work?`,
      body: 'The agent gets your reason and reworks the ticket.',
      label: 'What has to change',
      confirmLabel: 'Reject',
      isLong: true,
      isDestructive: true,
    });
    if (reason === null) return false;
    return this.#attempt(
      () => this.#parts.api.agents.reject(agent.id, reason),
      `The work of ${agent.name} was not rejected`,
    );
  }

  /** Asks whether it shall be so first. */
  async stop(agent: Agent): Promise<boolean> {
    const isConfirmed = await this.#parts.dialogs.confirm({
      title: `Stop ${agent.name}?`,
      body: 'The run is cancelled, the org is released and the ticket goes back to Ready.',
      confirmLabel: 'Stop the run',
      isDestructive: true,
    });
    if (!isConfirmed) return false;
    return this.#attempt(
      () => this.#parts.api.agents.stop(agent.id),
      `${agent.name} was not stopped`,
    );
  }

  async #ask(agent: Agent): Promise<boolean> {
    const question = await this.#parts.dialogs.askText({
      title: `Ask on behalf of ${agent.name}`,
      body: 'The agent waits until someone answers in its chat.',
      label: 'Question',
      confirmLabel: 'Ask',
      isLong: true,
    });
    if (question === null) return false;
    return this.#attempt(
      () => this.#parts.api.agents.ask(agent.id, question),
      'The question was not asked',
    );
  }

  async #fail(agent: Agent): Promise<boolean> {
    const message = await this.#parts.dialogs.askText({
      title: `Report that ${agent.name} failed`,
      body: 'The agent stands still until someone resumes or stops it.',
      label: 'What went wrong',
      confirmLabel: 'Report failure',
      isLong: true,
      isDestructive: true,
    });
    if (message === null) return false;
    return this.#attempt(
      () => this.#parts.api.agents.fail(agent.id, message),
      'The failure was not reported',
    );
  }

  #stepBetween(from: AgentStatus, to: AgentStatus): AgentAction | null {
    switch (to) {
      case 'ASSIGNED':
        // Needs a ticket, so it is not a step of a menu.
        return null;
      case 'BRANCHING':
        return this.#stepTo(to, 'Start branch');
      case 'DEVELOPING':
        if (from === 'NEEDS_INPUT') return this.#stepTo(to, 'Resume without answer', 'normal');
        return this.#stepTo(to, from === 'BRANCHING' ? 'Start developing' : 'Resume developing');
      case 'PROVISIONING':
        return this.#stepTo(to, from === 'ERROR' ? 'Retry provisioning' : 'Provision', 'normal');
      case 'QA_READY':
        return this.#stepTo(to, 'Ready for QA');
      case 'NEEDS_INPUT':
        return step('ask', 'Ask…', 'normal', (agent) => this.#ask(agent));
      case 'MERGING':
        return step('approve', 'Approve', 'main', (agent) => this.approve(agent));
      case 'REWORK':
        return step('reject', 'Reject…', 'danger', (agent) => this.reject(agent));
      case 'IDLE':
        // From ERROR the way to IDLE is to stop the run.
        return from === 'MERGING'
          ? step('merge', 'Merge', 'main', (agent) => this.merge(agent))
          : null;
      case 'ERROR':
        return step('fail', 'Report failure…', 'danger', (agent) => this.#fail(agent));
    }
  }

  #stepTo(to: AgentStatus, label: string, weight: AgentAction['weight'] = 'main'): AgentAction {
    return step(to, label, weight, (agent) =>
      this.#attempt(
        () => this.#parts.api.agents.update(agent.id, { status: to }),
        `${agent.name} did not change`,
      ),
    );
  }

  #stopping(): AgentAction {
    return step('stop', 'Stop…', 'danger', (agent) => this.stop(agent));
  }

  async #attempt(call: () => Promise<Agent>, failure: string): Promise<boolean> {
    try {
      this.#parts.agents.put(await call());
      return true;
    } catch (thrown) {
      this.#parts.toasts.problem(thrown, failure);
      return false;
    }
  }
}

function step(
  id: string,
  label: string,
  weight: AgentAction['weight'],
  run: AgentAction['run'],
): AgentAction {
  return { id, label, weight, run };
}
