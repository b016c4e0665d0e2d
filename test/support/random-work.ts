import type { SweatShopApi } from '../../src/shared/ipc-channels.ts';
import type { TicketStatus } from '../../src/shared/types.ts';

/** What an action goes by: the numbers choose among the rows there are. */
export type Choice = {
  readonly one: number;
  readonly other: number;
  readonly text: string;
  readonly status: TicketStatus;
};

/** The kinds of work that {@link startWork} knows. */
export const WORK = [
  ...['createTicket', 'updateTicket', 'moveTicket', 'linkTicket', 'deleteTicket'],
  ...['updateTickets', 'archiveTicket', 'reopenTicket', 'setLimits', 'undo'],
  ...['assign', 'branch', 'develop', 'ask', 'chat', 'heartbeat', 'markStale'],
  ...['comment', 'queueEvent', 'resolveEvent', 'addLog', 'pruneLogs', 'setConfig'],
  ...['propose', 'startVote', 'vote', 'settle', 'veto'],
  ...['createJourney', 'addStage', 'addArtifact', 'updateArtifact', 'deleteJourney'],
  ...['allocatePorts', 'releasePorts', 'upsertTerminal'],
] as const;

/**
 * Gives actions that each make one call of the contract, on rows that earlier ones made; some are refused.
 *
 * @param api An application without tickets.
 */
export async function startWork(
  api: SweatShopApi,
): Promise<Readonly<Record<(typeof WORK)[number], (choice: Choice) => Promise<unknown>>>> {
  const agents = [await api.agents.create(), await api.agents.create({ agentType: 'pm' })];
  const journey = await api.journeys.create({ input: 'Why?' });
  const stage = await api.journeyStages.create({ journeyId: journey.id, type: 'chasing' });
  return workOn(api, {
    agents: agents.map(({ id }) => id),
    ...{ tickets: [], events: [], proposals: [], artifacts: [] },
    ...{ journeys: [journey.id], stages: [stage.id] },
  });
}

type Ids = Readonly<
  Record<
    'agents' | 'tickets' | 'events' | 'proposals' | 'journeys' | 'stages' | 'artifacts',
    string[]
  >
>;

function workOn(api: SweatShopApi, ids: Ids) {
  const pick = (kind: keyof Ids, index: number) =>
    ids[kind][index % Math.max(ids[kind].length, 1)] ?? 'nobody';
  const keep = async (kind: keyof Ids, made: Promise<{ readonly id: string }>) => {
    ids[kind].push((await made).id);
  };
  const ticket = (index: number) => pick('tickets', index);
  const agent = (index: number) => pick('agents', index);
  return {
    createTicket: ({ text }: Choice) => keep('tickets', api.tickets.create({ title: text })),
    updateTicket: ({ one, text }: Choice) =>
      api.tickets.update(ticket(one), { description: text, labels: [text] }),
    moveTicket: ({ one, status }: Choice) => api.tickets.move(ticket(one), { status }),
    linkTicket: ({ one, other }: Choice) =>
      api.tickets.update(ticket(one), { dependsOn: [ticket(other)] }),
    deleteTicket: ({ one }: Choice) => api.tickets.delete(ticket(one)),
    updateTickets: ({ one, other, text }: Choice) =>
      api.tickets.updateMany([ticket(one), ticket(other)], { addLabels: [text] }),
    archiveTicket: ({ one }: Choice) => api.tickets.archive(ticket(one)),
    reopenTicket: ({ one, text }: Choice) => api.tickets.reopen(ticket(one), text),
    setLimits: ({ one }: Choice) => api.tickets.setLimits({ in_progress: 1 + (one % 3) }),
    undo: () => api.history.undo(),
    assign: ({ one, other }: Choice) => api.agents.assign(agent(one), { ticketId: ticket(other) }),
    branch: ({ one }: Choice) => api.agents.update(agent(one), { status: 'BRANCHING' }),
    develop: ({ one }: Choice) => api.agents.update(agent(one), { status: 'DEVELOPING' }),
    ask: ({ one, text }: Choice) => api.agents.ask(agent(one), text),
    chat: ({ one, text }: Choice) => api.chat.send(agent(one), text),
    heartbeat: ({ one }: Choice) => api.agents.heartbeat(agent(one), { pid: 1 + one }),
    markStale: () => api.agents.markStale(),
    comment: ({ one, text }: Choice) =>
      api.comments.create({ ticketId: ticket(one), content: text }),
    queueEvent: ({ one }: Choice) =>
      keep('events', api.events.create({ eventType: 'worker_stopped', workerId: agent(one) })),
    resolveEvent: ({ one, text }: Choice) => api.events.resolve(pick('events', one), text),
    addLog: ({ one, text }: Choice) =>
      api.logs.add(agent(one), { message: text, level: 'info', context: { text } }),
    pruneLogs: () => api.logs.prune('2026-01-01T00:00:20.000Z'),
    setConfig: ({ one, text }: Choice) => api.config.set(`key_${String(one % 3)}`, text),
    propose: ({ one, text }: Choice) =>
      keep(
        'proposals',
        api.proposals.create({
          ...{ proposalType: 'workflow_change', proposerId: agent(one), title: text },
          ...{ description: text, rationale: '', threshold: 'simple_majority' },
          votingDeadline: '2026-01-01T00:00:30.000Z',
        }),
      ),
    startVote: ({ one }: Choice) => api.proposals.startVote(pick('proposals', one)),
    vote: ({ one, other, text }: Choice) =>
      api.proposals.vote(pick('proposals', one), {
        ...{ voterId: agent(other), decision: 'approve', reasoning: text, confidence: 0.5 },
      }),
    settle: () => api.proposals.settleOverdue(),
    veto: ({ one, text }: Choice) =>
      api.proposals.veto(pick('proposals', one), { by: 'ann', reason: text }),
    createJourney: ({ text }: Choice) => keep('journeys', api.journeys.create({ input: text })),
    addStage: ({ one }: Choice) =>
      keep(
        'stages',
        api.journeyStages.create({ journeyId: pick('journeys', one), type: 'chasing' }),
      ),
    addArtifact: ({ one, text }: Choice) =>
      keep(
        'artifacts',
        api.artifacts.create({
          ...{ stageId: pick('stages', one), type: 'mindmap', title: text, content: text },
        }),
      ),
    updateArtifact: ({ one, text }: Choice) =>
      api.artifacts.update(pick('artifacts', one), { content: text }),
    deleteJourney: ({ one }: Choice) => api.journeys.delete(pick('journeys', one)),
    allocatePorts: ({ one }: Choice) =>
      api.ports.allocate({ projectPath: `/code/${String(one % 4)}`, pid: 1 + one }),
    releasePorts: ({ one }: Choice) => api.ports.release(`/code/${String(one % 4)}`),
    upsertTerminal: ({ one, text }: Choice) =>
      api.terminals.upsert(`util_${String(one % 3)}`, { name: text }),
  };
}
