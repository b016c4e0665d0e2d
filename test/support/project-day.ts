import type { SweatShopApi } from '../../src/shared/ipc-channels.ts';

const LATER = '2030-01-01T00:00:00.000Z';

/** A day of projects, plans and comments: each of their calls at least once, each of them answered well. */
export async function useProjectChannels(api: SweatShopApi): Promise<void> {
  const project = await api.projects.create({ repositoryName: 'owner/day', path: '/day' });
  await api.projects.list({ limit: 1 });
  await api.projects.get(project.id);
  await api.projects.getByName('owner/day');
  await api.projects.update(project.id, { shortDescription: 'By day' });
  const [architect, , docs] = await api.projects.seedWorkerTypes(project.id);
  await api.workerTypes.list({ projectId: project.id });
  await api.workerTypes.get(architect?.id ?? '');
  await api.workerTypes.delete(docs?.id ?? '');
  const painter = await api.workerTypes.create({
    ...{ projectId: project.id, workerType: 'painter', systemPrompt: 'Paint' },
  });
  await api.workerTypes.update(painter.id, { shortDescription: 'Paints' });

  const agent = await api.agents.create({ projectId: project.id, agentType: 'coder' });
  const ticket = await api.tickets.create({
    ...{ title: 'Planned', projectId: project.id, executionPlan: ['coder', 'painter'] },
  });
  await api.agents.assign(agent.id, { ticketId: ticket.id });
  await api.plans.completeStage(ticket.id, {
    ...{ stage: 'coder', content: 'Coded', workerId: agent.id },
  });
  await api.plans.close(ticket.id, { reason: 'Nobody paints', outcome: 'rejected' });
  const comment = await api.comments.create({ ticketId: ticket.id, content: 'A pity' });
  await api.comments.get(comment.id);
  await api.comments.update(comment.id, { content: 'What a pity' });
  await api.comments.list({ ticketId: ticket.id });
  await api.comments.delete(comment.id);

  const event = await api.events.create({ eventType: 'worker_stopped', workerId: agent.id });
  await api.events.list({ processed: false });
  await api.events.count({ processed: false });
  await api.events.get(event.id);
  await api.events.resolve(event.id, 'Started again');

  await api.logs.add(agent.id, { message: 'Hello', level: 'warn', context: { at: 1 } });
  await api.logs.list({ agentId: agent.id });
  await api.logs.count();
  await api.logs.prune(LATER);
  await api.config.set('colour', 'blue');
  await api.config.get('colour');
  await api.config.list();
  await api.config.delete('colour');
  await api.sync.record('github', { lastIssueId: 5, etag: 'x' });
  await api.sync.get('github');
  await api.sync.list();
  await api.projects.delete(project.id, { withHistory: true });
}

/** A day of epics, gates, pull requests and proposals: each of their calls at least once, each answered well. */
export async function useGovernanceChannels(api: SweatShopApi): Promise<void> {
  const epic = await api.epics.create({ title: 'Large', acceptanceCriteria: ['Works'] });
  const stages = [];
  for (const name of ['Design', 'Build', 'Dance', 'Sing']) {
    stages.push(await api.stages.create({ epicId: epic.id, name }));
  }
  const [design = '', build = '', , sing = ''] = stages.map(({ id }) => id);
  const gate = await api.gates.create({
    ...{ stageId: design, gateType: 'approval', description: 'Sound?', requiredApprovers: ['ann'] },
  });
  const spare = await api.gates.create({
    ...{ stageId: design, gateType: 'review', description: 'Read?' },
  });
  const useless = await api.gates.create({
    ...{ stageId: build, gateType: 'review', description: 'Useless' },
  });
  await api.gates.delete(useless.id);
  await api.stages.update(sing, { description: 'Loud' });
  await api.stages.move(sing, 2);
  await api.stages.list(epic.id);
  const ticket = await api.tickets.create({
    title: 'Of the epic',
    epicId: epic.id,
    stageId: build,
  });
  await api.epics.update(epic.id, { description: 'Very large' });
  await api.epics.markReady(epic.id);
  await api.epics.start(epic.id);
  await api.epics.advance(epic.id);
  await api.gates.comment({ gateId: gate.id, author: 'bob', content: 'Hm' });
  await api.gates.comments(gate.id);
  await api.gates.reject(gate.id, { by: 'ann', reason: 'Unsound' });
  await api.epics.advance(epic.id);
  await api.gates.approve(gate.id, { by: 'ann', comment: 'Sound now' });
  await api.gates.skip(spare.id, { by: 'ann', reason: 'Nobody reads' });
  await api.gates.list({ epicId: epic.id });
  await api.gates.get(gate.id);
  await api.epics.advance(epic.id, { override: true, reason: 'Later' });
  await api.stages.skip(sing, 'Hoarse');
  await api.epics.get(epic.id);
  await api.epics.detail(epic.id);
  await api.epics.list({ status: 'in_progress' });
  await api.epics.cancel(epic.id, 'Enough');

  const draft = await api.epics.create({ title: 'Draft' });
  const lone = await api.stages.create({ epicId: draft.id, name: 'Lone' });
  await api.stages.delete(lone.id);
  await api.epics.delete(draft.id);

  const pull = await api.pullRequests.create({
    ...{ ticketId: ticket.id, githubNumber: 4, githubUrl: 'https://github.test/4', branch: 'b' },
  });
  await api.pullRequests.update(pull.id, { status: 'merged', checksPassing: true });
  await api.pullRequests.get(pull.id);
  await api.pullRequests.list({ ticketId: ticket.id });
  await api.pullRequests.delete(pull.id);

  const proposer = await api.agents.create({ agentType: 'architect' });
  const voter = await api.agents.create({ agentType: 'pm' });
  const propose = (title: string, options: string[] = []) =>
    api.proposals.create({
      ...{ proposalType: 'architecture_decision', proposerId: proposer.id, title, options },
      ...{ description: '', rationale: '', threshold: 'simple_majority', requiredVoters: ['pm'] },
      ...{ relatedTicketId: ticket.id },
    });
  const proposal = await propose('Rewrite', ['Now', 'Never']);
  await api.proposals.update(proposal.id, { rationale: 'It is old', votingDeadline: LATER });
  await api.proposals.startVote(proposal.id);
  await api.proposals.vote(proposal.id, {
    ...{ voterId: voter.id, decision: 'approve', reasoning: 'Yes', confidence: 1 },
  });
  await api.proposals.votes(proposal.id);
  await api.proposals.choose(proposal.id, 'Never');
  await api.proposals.execute(proposal.id);
  await api.proposals.finish(proposal.id, { outcome: 'executed', result: { lines: 0 } });
  await api.proposals.rollBack(proposal.id, 'We missed it');
  const other = await propose('Tabs');
  await api.proposals.startVote(other.id);
  await api.proposals.endVote(other.id);
  await api.proposals.force(other.id, { by: 'ann', reason: 'Tabs', outcome: 'approved' });
  await api.proposals.veto(other.id, { by: 'bob', reason: 'Spaces' });
  await api.proposals.delete((await propose('Nothing')).id);
  await api.proposals.settleOverdue();
  await api.proposals.list({ status: ['vetoed'] });
  await api.proposals.get(other.id);
  const [decision] = await api.decisions.list({ proposalId: proposal.id });
  await api.decisions.get(decision?.id ?? '');
  await api.stages.list(epic.id);
  await api.tickets.delete(ticket.id);
  await api.epics.delete(epic.id);
}
