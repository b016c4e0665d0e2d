import type { SweatShopApi } from '../../src/shared/ipc-channels.ts';

/** A day of journeys: each of their calls at least once, each of them answered well. */
export async function useJourneyChannels(api: SweatShopApi): Promise<void> {
  const journey = await api.journeys.create({ input: 'Why?', settings: { maxStages: 3 } });
  await api.journeys.list({ status: 'running' });
  await api.journeys.count();
  await api.journeys.get(journey.id);
  const stage = await api.journeyStages.create({ journeyId: journey.id, type: 'chasing' });
  await api.journeyStages.list(journey.id);
  await api.journeyStages.listByStatus('pending');
  await api.journeyStages.get(stage.id);
  await api.journeyStages.update(stage.id, { status: 'running', thinking: 'Hm' });
  const artifact = await api.artifacts.create({
    ...{ stageId: stage.id, type: 'mindmap', title: 'Map', content: 'Of thoughts' },
  });
  await api.artifacts.list({ type: 'mindmap' });
  await api.artifacts.count({ stageId: stage.id });
  await api.artifacts.listByStage(stage.id);
  await api.artifacts.search('though');
  await api.artifacts.get(artifact.id);
  await api.artifacts.update(artifact.id, { title: 'Chart', metadata: { a: [1] } });
  await api.journeys.getWithStages(journey.id);
  await api.journeyStages.update(stage.id, { status: 'error', result: 'No' });
  await api.journeys.update(journey.id, { status: 'stopped' });
  await api.artifacts.delete(artifact.id);
  await api.journeys.delete(journey.id);
}

/** A day of crews, terminals and ports: each of their calls at least once, each of them answered well. */
export async function useTerminalChannels(api: SweatShopApi): Promise<void> {
  const project = await api.projects.create({ repositoryName: 'owner/crew', path: '/crew' });
  const architect = await api.crews.setArchitect(project.id, { port: 4201, command: 'think' });
  await api.crews.upsertBuilder({ id: 'builder-1', projectId: project.id, port: 4210 });
  await api.crews.upsertBuilder({ id: 'builder-1', pid: 12 });
  const terminal = await api.terminals.create({ name: 'Shell', projectId: project.id, port: 4230 });
  await api.terminals.upsert('util-1', { name: 'Other shell' });
  await api.terminals.update('util-1', { pid: 13 });
  await api.terminals.list();
  await api.terminals.get(terminal.id);
  const annotation = await api.annotations.create({
    ...{ file: 'a.ts', parentType: 'architect', agentId: architect.id, port: 4250 },
  });
  await api.annotations.list();
  await api.annotations.get(annotation.id);
  await api.crews.get(project.id);
  await api.annotations.delete(annotation.id);
  await api.terminals.delete('util-1');
  await api.ports.allocate({ projectPath: '/crew', projectId: project.id, pid: 14 });
  await api.ports.list();
  await api.ports.get('/crew');
  await api.ports.cleanUp();
  await api.ports.release('/crew');
}
