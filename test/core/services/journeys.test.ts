import { beforeEach, describe, expect, it } from 'vitest';
import { openTestApp, type TestApp } from '../../support/test-app.ts';

let test: TestApp;

beforeEach(async () => {
  test = await openTestApp();
});

async function createJourney(settings?: { maxStages?: number; autoAdvance?: boolean }) {
  return test.api.journeys.create({ input: 'Why is the sky blue?', ...(settings && { settings }) });
}

async function statusOf(journeyId: string) {
  const journey = await test.api.journeys.getWithStages(journeyId);
  return [journey?.status, ...(journey?.stages ?? []).map(({ status }) => status)].join(' ');
}

describe('journeys', () => {
  it('run at once, with default settings for those that are left out', async () => {
    const journey = await createJourney({ maxStages: 7 });
    expect(journey).toMatchObject({
      input: 'Why is the sky blue?',
      status: 'running',
      settings: { maxStages: 7, autoAdvance: true },
      createdAt: journey.updatedAt,
    });
    expect(journey.id).toMatch(/^jny_/);
    expect((await createJourney()).settings).toEqual({ maxStages: 100, autoAdvance: true });
  });

  it('list the newest first, 50 unless asked, and page (findAll)', async () => {
    for (let index = 0; index < 52; index += 1) {
      await createJourney();
      await test.clock.advance(1);
    }
    const all = await test.api.journeys.list({ limit: 100 });
    expect(await test.api.journeys.list()).toEqual(all.slice(0, 50));
    expect(await test.api.journeys.list({ limit: 2, offset: 51 })).toEqual(all.slice(51));
    expect(all.map(({ createdAt }) => createdAt)).toEqual(
      all
        .map(({ createdAt }) => createdAt)
        .sort()
        .reverse(),
    );
    expect(await test.api.journeys.count({ status: 'paused' })).toBe(0);
  });

  it.each([
    ['running', 'paused', 'running'],
    ['running', 'paused', 'stopped'],
    ['running', 'error', 'running'],
    ['running', 'complete'],
    ['running', 'stopped'],
  ] as const)('can go from %s to %s', async (_start, ...path) => {
    const journey = await createJourney();
    for (const status of path) {
      await test.clock.advance(1);
      const moved = await test.api.journeys.update(journey.id, { status });
      expect(moved.status).toBe(status);
      expect(moved.updatedAt > journey.updatedAt).toBe(true);
    }
  });

  it.each([
    ['stopped', 'running', []],
    ['complete', 'paused', []],
    ['paused', 'complete', ['running', 'stopped']],
  ] as const)('cannot go from %s to %s', async (from, to, allowed) => {
    const journey = await createJourney();
    await test.api.journeys.update(journey.id, { status: from });
    await expect(test.api.journeys.update(journey.id, { status: to })).rejects.toMatchObject({
      code: 'InvalidTransition',
      details: { from, to, allowed },
    });
  });

  it('keep settings that are not named, also those that SweatShop does not know', async () => {
    const journey = await createJourney();
    test.database.run("UPDATE journeys SET settings = json_set(settings, '$.depth', 3)");
    const { settings } = await test.api.journeys.update(journey.id, {
      settings: { autoAdvance: false },
    });
    expect(settings).toEqual({ maxStages: 100, autoAdvance: false, depth: 3 });
  });

  it('take their stages and artifacts with them when they are deleted', async () => {
    const journey = await createJourney();
    const stage = await test.api.journeyStages.create({ journeyId: journey.id, type: 'building' });
    const artifact = await test.api.artifacts.create({
      ...{ stageId: stage.id, type: 'code', title: 'Code', content: 'x' },
    });
    await test.api.journeys.delete(journey.id);
    expect(await test.api.journeyStages.get(stage.id)).toBeNull();
    expect(await test.api.artifacts.get(artifact.id)).toBeNull();
    expect(await test.api.artifacts.search('code')).toEqual([]);
  });
});

describe('stages of journeys', () => {
  it('are appended as pending and keep prompt, thinking and result', async () => {
    const { id: journeyId } = await createJourney();
    const stage = await test.api.journeyStages.create({
      ...{ journeyId, type: 'questioning', prompt: 'Ask' },
    });
    expect(stage).toMatchObject({ status: 'pending', type: 'questioning', prompt: 'Ask' });
    await test.api.journeyStages.update(stage.id, { status: 'running', thinking: 'Hm' });
    await test.api.journeyStages.update(stage.id, {
      status: 'complete',
      result: '42',
      prompt: null,
    });
    const { id, createdAt } = stage;
    expect(await test.api.journeyStages.list(journeyId)).toEqual([
      {
        id,
        journeyId,
        type: 'questioning',
        status: 'complete',
        thinking: 'Hm',
        result: '42',
        createdAt,
      },
    ]);
    expect(await test.api.journeyStages.listByStatus('complete')).toHaveLength(1);
    expect(await statusOf(journeyId)).toBe('running complete');
  });

  it('start one after the other by themselves, unless the settings say otherwise', async () => {
    for (const autoAdvance of [true, false]) {
      const { id: journeyId } = await createJourney({ autoAdvance });
      const first = await test.api.journeyStages.create({ journeyId, type: 'discovering' });
      await test.api.journeyStages.create({ journeyId, type: 'chasing' });
      expect(await statusOf(journeyId)).toBe('running pending pending');
      await test.api.journeyStages.update(first.id, { status: 'running' });
      await test.api.journeyStages.update(first.id, { status: 'complete' });
      expect(await statusOf(journeyId)).toBe(
        `running complete ${autoAdvance ? 'running' : 'pending'}`,
      );
    }
  });

  it('of a paused journey end, but the next one waits until it runs again', async () => {
    const { id: journeyId } = await createJourney();
    const first = await test.api.journeyStages.create({ journeyId, type: 'solving' });
    const second = await test.api.journeyStages.create({ journeyId, type: 'imagining' });
    await test.api.journeyStages.update(first.id, { status: 'running' });
    await test.api.journeys.update(journeyId, { status: 'paused' });
    await test.api.journeyStages.update(first.id, { status: 'complete' });
    expect(await statusOf(journeyId)).toBe('paused complete pending');
    await expect(
      test.api.journeyStages.update(second.id, { status: 'running' }),
    ).rejects.toMatchObject({ code: 'Conflict', details: { journeyStatus: 'paused' } });
    await expect(
      test.api.journeyStages.create({ journeyId, type: 'solving' }),
    ).rejects.toMatchObject({ code: 'Conflict' });
    await test.api.journeys.update(journeyId, { status: 'running' });
    expect(await statusOf(journeyId)).toBe('running complete running');
  });

  it('that fail stop the journey with an error, from which both can be tried again', async () => {
    const { id: journeyId } = await createJourney();
    const stage = await test.api.journeyStages.create({ journeyId, type: 'searching' });
    await test.api.journeyStages.update(stage.id, { status: 'running' });
    await test.api.journeyStages.update(stage.id, { status: 'error', result: 'Offline' });
    expect(await statusOf(journeyId)).toBe('error error');
    await test.api.journeys.update(journeyId, { status: 'running' });
    await test.api.journeyStages.update(stage.id, { status: 'running' });
    expect(await statusOf(journeyId)).toBe('running running');
  });

  it('complete the journey with the last one that its settings allow; more are refused', async () => {
    const { id: journeyId } = await createJourney({ maxStages: 2 });
    const first = await test.api.journeyStages.create({ journeyId, type: 'challenging' });
    const second = await test.api.journeyStages.create({ journeyId, type: 'building' });
    await expect(
      test.api.journeyStages.create({ journeyId, type: 'solving' }),
    ).rejects.toMatchObject({ code: 'LimitReached', details: { limit: 2 } });
    await test.api.journeyStages.update(first.id, { status: 'running' });
    await expect(test.api.journeys.update(journeyId, { status: 'complete' })).rejects.toMatchObject(
      { code: 'Conflict', details: { stageId: first.id } },
    );
    await test.api.journeyStages.update(first.id, { status: 'complete' });
    await test.api.journeyStages.update(second.id, { status: 'complete' });
    expect(await statusOf(journeyId)).toBe('complete complete complete');
  });

  it('obey their own machine', async () => {
    const { id: journeyId } = await createJourney();
    const stage = await test.api.journeyStages.create({ journeyId, type: 'solving' });
    await expect(
      test.api.journeyStages.update(stage.id, { status: 'complete' }),
    ).rejects.toMatchObject({
      code: 'InvalidTransition',
      details: { from: 'pending', to: 'complete', allowed: ['running', 'error'] },
    });
    await expect(
      test.api.journeyStages.create({ journeyId: 'nobody', type: 'solving' }),
    ).rejects.toMatchObject({ code: 'NotFound' });
    await expect(test.api.journeyStages.list('nobody')).rejects.toMatchObject({
      code: 'NotFound',
    });
  });
});

it('shows by its time that something happened in a journey', async () => {
  const journey = await createJourney();
  const times = [journey.updatedAt];
  const note = async () => {
    times.push((await test.api.journeys.get(journey.id))?.updatedAt ?? '');
    await test.clock.advance(1);
  };
  await test.clock.advance(1);
  const stage = await test.api.journeyStages.create({ journeyId: journey.id, type: 'solving' });
  await note();
  await test.api.journeyStages.update(stage.id, { thinking: 'Hm' });
  await note();
  expect(new Set(times).size).toBe(3);
  expect(times).toEqual(times.toSorted());
});

describe('artifacts', () => {
  async function createArtifact(title: string, content: string, type: 'code' | 'document') {
    const { id: journeyId } = await createJourney();
    const stage = await test.api.journeyStages.create({ journeyId, type: 'building' });
    return test.api.artifacts.create({ stageId: stage.id, type, title, content });
  }

  it('hang on stages, with empty metadata unless it is given', async () => {
    const artifact = await createArtifact('Plan', 'Do it', 'document');
    expect(artifact).toMatchObject({ type: 'document', title: 'Plan', metadata: {} });
    const changed = await test.api.artifacts.update(artifact.id, {
      ...{ type: 'other', title: 'Plan B', content: 'Do that', metadata: { version: 2 } },
    });
    expect(changed).toEqual({
      ...artifact,
      ...{ type: 'other', title: 'Plan B', content: 'Do that', metadata: { version: 2 } },
    });
    expect(await test.api.artifacts.listByStage(artifact.stageId)).toEqual([changed]);
    await test.api.artifacts.delete(artifact.id);
    expect(await test.api.artifacts.count()).toBe(0);
    await expect(
      test.api.artifacts.create({ stageId: 'no', type: 'code', title: 'x', content: '' }),
    ).rejects.toMatchObject({ code: 'NotFound' });
  });

  it('are found by their text, the best first, whatever is typed', async () => {
    const aside = await createArtifact(
      'Notes',
      `${'Nothing here. '.repeat(50)} rocket`,
      'document',
    );
    const best = await createArtifact('Rocket', 'A rocket, and how a rocket flies', 'code');
    await createArtifact('Boat', 'It floats', 'code');
    expect(await test.api.artifacts.search('rock')).toEqual([best, aside]);
    const hits = await test.api.search.find({ text: 'rock', kind: 'artifact' });
    expect(hits.map(({ id }) => id)).toEqual([best.id, aside.id]);
    expect(await test.api.artifacts.search('rocket', { limit: 1 })).toEqual([best]);
    expect(await test.api.artifacts.search('"AND* (NEAR')).toEqual([]);
    await test.api.artifacts.update(best.id, { title: 'Kite', content: 'It flies' });
    expect(await test.api.artifacts.search('rocket')).toEqual([aside]);
    expect(await test.api.artifacts.list({ type: 'code' })).toHaveLength(2);
  });

  it('come in the order of their rank, not of their ids', async () => {
    const made = [];
    for (let count = 1; count <= 8; count += 1) {
      const filling = 'other words '.repeat(10 * (8 - count));
      made.unshift(await createArtifact('Sea', `${'whale '.repeat(count)}${filling}`, 'document'));
    }
    expect(await test.api.artifacts.search('whale')).toEqual(made);
  });
});
