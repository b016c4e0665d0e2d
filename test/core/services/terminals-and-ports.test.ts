import { beforeEach, describe, expect, it } from 'vitest';
import type { SweatShopError } from '../../../src/shared/errors.ts';
import { openTestApp, type TestApp } from '../../support/test-app.ts';

let test: TestApp;
let projectId: string;

beforeEach(async () => {
  test = await openTestApp();
  projectId = (await test.api.projects.create({ repositoryName: 'owner/farm', path: '/farm' })).id;
});

describe('the crew of a project', () => {
  it('has one architect at most (setArchitect)', async () => {
    const first = await test.api.crews.setArchitect(projectId, { port: 4201, pid: 7 });
    expect(first).toMatchObject({ name: 'Architect', agentType: 'architect', status: 'IDLE' });
    const again = await test.api.crews.setArchitect(projectId, { port: 4202, command: 'think' });
    expect(again).toMatchObject({ id: first.id, port: 4202, pid: 7, command: 'think' });
    await expect(
      test.api.agents.create({ projectId, agentType: 'architect' }),
    ).rejects.toMatchObject({ code: 'Conflict' });
    await expect(test.api.crews.setArchitect('nobody', {})).rejects.toMatchObject({
      code: 'NotFound',
    });
  });

  it('has builders that appear under their id and change afterwards (upsertBuilder)', async () => {
    const made = await test.api.crews.upsertBuilder({ id: 'b-1', projectId, port: 4210 });
    expect(made).toMatchObject({ id: 'b-1', name: 'b-1', agentType: 'coder', port: 4210 });
    const changed = await test.api.crews.upsertBuilder({ id: 'b-1', name: 'One', pid: 9 });
    expect(changed).toMatchObject({ id: 'b-1', name: 'One', pid: 9, port: 4210, projectId });
    await expect(test.api.crews.upsertBuilder({ id: 'b-2', port: 4210 })).rejects.toMatchObject({
      code: 'Conflict',
    });
    const { id } = await test.api.crews.setArchitect(projectId, {});
    await expect(test.api.crews.upsertBuilder({ id, pid: 1 })).rejects.toMatchObject({
      code: 'InvalidInput',
    });
    await test.api.agents.delete('b-1');
    expect((await test.api.crews.get(projectId)).builders).toEqual([]);
  });

  it('takes ten builders at once', async () => {
    await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        test.api.crews.upsertBuilder({ id: `b-${String(index)}`, projectId }),
      ),
    );
    expect((await test.api.crews.get(projectId)).builders).toHaveLength(10);
  });

  it('is read whole, without what belongs to other projects (loadState)', async () => {
    const other = await test.api.projects.create({ repositoryName: 'owner/other', path: '/o' });
    await test.api.crews.setArchitect(other.id, {});
    await test.api.terminals.create({ name: 'Elsewhere', projectId: other.id });
    expect(await test.api.crews.get(projectId)).toEqual({
      ...{ architect: null, builders: [], terminals: [], annotations: [] },
    });
    const architect = await test.api.crews.setArchitect(projectId, {});
    const builder = await test.api.crews.upsertBuilder({ id: 'b-1', projectId });
    const terminal = await test.api.terminals.create({ name: 'Shell', projectId });
    const ofBuilder = await test.api.annotations.create({
      ...{ file: 'a.ts', parentType: 'builder', agentId: builder.id },
    });
    await test.clock.advance(1);
    const ofTerminal = await test.api.annotations.create({
      ...{ file: 'b.ts', parentType: 'terminal', terminalId: terminal.id },
    });
    await test.api.annotations.create({ file: 'c.ts', parentType: 'architect' });
    expect(await test.api.crews.get(projectId)).toEqual({
      ...{ architect, builders: [builder], terminals: [terminal] },
      annotations: [ofBuilder, ofTerminal],
    });
  });
});

describe('terminals', () => {
  it('are noted, changed and deleted with their annotations', async () => {
    const terminal = await test.api.terminals.create({ name: 'Shell', port: 4301, pid: 5 });
    await test.api.annotations.create({
      ...{ file: 'a.ts', parentType: 'terminal', terminalId: terminal.id },
    });
    expect(await test.api.terminals.update(terminal.id, { pid: null, name: 'Zsh' })).toMatchObject({
      name: 'Zsh',
      port: 4301,
    });
    expect(await test.api.terminals.get(terminal.id)).not.toHaveProperty('pid');
    await test.api.terminals.delete(terminal.id);
    expect(await test.api.annotations.list()).toEqual([]);
  });

  it('appear under an id of their program and are replaced under it (upsert)', async () => {
    const made = await test.api.terminals.upsert('util-1', { name: 'One', port: 4302 });
    await test.clock.advance(5);
    const again = await test.api.terminals.upsert('util-1', { name: 'Two', pid: 4 });
    expect(again).toMatchObject({ id: 'util-1', name: 'Two', pid: 4, createdAt: made.createdAt });
    expect(again).not.toHaveProperty('port');
    expect(again.updatedAt > made.updatedAt).toBe(true);
    expect(await test.api.terminals.list()).toEqual([again]);
  });

  it('share no port, and belong to a project that exists', async () => {
    await test.api.terminals.create({ name: 'One', port: 4303 });
    await expect(test.api.terminals.create({ name: 'Two', port: 4303 })).rejects.toMatchObject({
      code: 'Conflict',
    });
    await expect(
      test.api.terminals.create({ name: 'Two', projectId: 'nobody' }),
    ).rejects.toMatchObject({ code: 'NotFound' });
  });
});

describe('annotations', () => {
  it('belong to a parent that exists and is what they say', async () => {
    const { id: agentId } = await test.api.crews.upsertBuilder({ id: 'b-1' });
    const { id: terminalId } = await test.api.terminals.create({ name: 'Shell' });
    const codeOf = (data: Parameters<typeof test.api.annotations.create>[0]) =>
      test.api.annotations.create(data).then(
        () => 'ok',
        (error: unknown) => (error as SweatShopError).code,
      );
    const file = 'a.ts';
    expect(await codeOf({ file, parentType: 'builder', agentId, port: 4400 })).toBe('ok');
    expect(await codeOf({ file, parentType: 'builder', agentId, port: 4400 })).toBe('Conflict');
    expect(await codeOf({ file, parentType: 'architect', agentId })).toBe('InvalidInput');
    expect(await codeOf({ file, parentType: 'builder', terminalId })).toBe('InvalidInput');
    expect(await codeOf({ file, parentType: 'terminal', terminalId: 'nobody' })).toBe('NotFound');
    expect(await codeOf({ file, parentType: 'builder', agentId: 'nobody' })).toBe('NotFound');
    await test.api.agents.delete(agentId);
    expect(await test.api.annotations.list()).toEqual([]);
  });
});

describe('blocks of ports', () => {
  const allocate = (projectPath: string, pid?: number) =>
    test.api.ports.allocate({ projectPath, ...(pid === undefined ? {} : { pid }) });

  it('start at 4200 and are a hundred apart (getPortBlock)', async () => {
    expect(await allocate('/a')).toMatchObject({ basePort: 4200, projectPath: '/a' });
    expect(await allocate('/b')).toMatchObject({ basePort: 4300 });
    await test.api.ports.release('/a');
    expect(await allocate('/c')).toMatchObject({ basePort: 4200 });
    expect((await test.api.ports.list()).map(({ projectPath }) => projectPath)).toEqual([
      ...['/c', '/b'],
    ]);
    await expect(test.api.ports.release('/a')).rejects.toMatchObject({ code: 'NotFound' });
  });

  it('stay with their folder, which notes when and by whom they were last used', async () => {
    const first = await test.api.ports.allocate({ projectPath: '/a/', projectId, pid: 1 });
    expect(first).toMatchObject({ projectPath: '/a', registeredAt: first.lastUsedAt });
    await test.clock.advance(1_000);
    const again = await allocate('/a', 2);
    expect(again).toMatchObject({ ...first, pid: 2, lastUsedAt: again.lastUsedAt });
    expect(again.lastUsedAt > first.lastUsedAt).toBe(true);
    expect(await test.api.ports.get('/a')).toEqual(again);
    expect((await allocate('C:\\farm\\')).projectPath).toBe('C:\\farm');
    expect((await allocate('/')).projectPath).toBe('/');
    await expect(allocate('farm')).rejects.toMatchObject({ code: 'InvalidInput' });
  });

  it('are never given twice, however many ask at once', async () => {
    const blocks = await Promise.all(
      Array.from({ length: 40 }, (_, index) => allocate(`/p${String(index % 20)}`)),
    );
    expect(new Set(blocks.map(({ id }) => id)).size).toBe(20);
    expect(new Set(blocks.map(({ basePort }) => basePort)).size).toBe(20);
  });

  it('end at 65400: the next folder is refused', async () => {
    for (let index = 0; index <= 612; index += 1) {
      test.app.services.ports.allocate({ projectPath: `/p${String(index)}` });
    }
    expect((await test.api.ports.list()).at(-1)?.basePort).toBe(65_400);
    await expect(allocate('/more')).rejects.toMatchObject({ code: 'LimitReached' });
    expect((await allocate('/p612')).basePort).toBe(65_400);
  });

  it('are freed when the folder is gone or the process ended (cleanupStaleEntries)', async () => {
    await allocate('/gone');
    await allocate('/dead', 11);
    await allocate('/alive', 12);
    await allocate('/idle');
    test.machine.goneFolders.add('/gone');
    test.machine.deadProcesses.add(11);
    const freed = await test.api.ports.cleanUp();
    expect(freed.map(({ projectPath }) => projectPath)).toEqual(['/gone', '/dead']);
    expect((await test.api.ports.list()).map(({ projectPath }) => projectPath)).toEqual([
      ...['/alive', '/idle'],
    ]);
  });

  it('stay when somebody takes them up again while they are looked at', async () => {
    await allocate('/gone');
    test.machine.goneFolders.add('/gone');
    test.machine.onLook = async () => {
      await test.clock.advance(1);
      test.app.services.ports.allocate({ projectPath: '/gone', pid: 3 });
    };
    expect(await test.api.ports.cleanUp()).toEqual([]);
    expect(await test.api.ports.get('/gone')).toMatchObject({ pid: 3 });
  });
});
