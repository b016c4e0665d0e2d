import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { startOwner } from '../support/home-owner.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { openTestHome, runCommand, runJson } from './run-command.ts';

let home: string;

beforeEach(() => {
  home = path.join(temporaryFolder(), 'home');
});

describe('sweatshop status', () => {
  it('makes no database where there is none', async () => {
    expect(await runCommand(home, 'status')).toMatchObject({ exitCode: 1, stdout: '' });
  });

  it('counts tickets and agents, and says that nothing runs and nothing waits', async () => {
    const opened = await openTestHome(home);
    const { app } = opened;
    app.services.tickets.create({ title: 'one' });
    app.services.tickets.create({ title: 'two', status: 'ready' });
    app.services.agents.create({});
    await opened.close();
    expect(await runJson(home, 'status')).toMatchObject({
      version: '1.2.3',
      runningIn: null,
      database: { state: 'saved', owner: null },
      tickets: { backlog: 1, ready: 1, merged: 0 },
      agents: { IDLE: 1, NEEDS_INPUT: 0 },
      waiting: [],
    });
    const { exitCode, stdout } = await runCommand(home, 'status');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/SweatShop +1\.2\.3, not running\n/);
    expect(stdout).toMatch(/tickets +backlog 1, ready 1\n/);
    expect(stdout).toContain('Nothing waits for you.');
  });

  it('shows what waits for a person, the longest wait first, and nothing that waits for none', async () => {
    const { home: opened } = await startOwner(home);
    const call = async (channel: string, ...args: unknown[]) => {
      const answer = await opened.app.call(channel, args);
      if (!answer.ok) throw new Error(`${channel}: ${answer.error.message}`);
      return answer.value as { readonly id: string };
    };
    const agent = await call('agent:create', { name: 'Ada' });
    const ticket = await call('ticket:create', { title: 'x', status: 'ready' });
    await call('agent:assign', agent.id, { ticketId: ticket.id });
    await call('agent:update', agent.id, { status: 'BRANCHING' });
    await call('agent:update', agent.id, { status: 'DEVELOPING' });
    await call('agent:ask', agent.id, 'Which \u001b[31mcolour?');

    const epic = await call('epic:create', { title: 'Epic' });
    const first = await call('stage:create', { epicId: epic.id, name: 'First' });
    const second = await call('stage:create', { epicId: epic.id, name: 'Second' });
    const gate = (stageId: string, description: string) =>
      call('gate:create', { stageId, gateType: 'approval', description });
    const waiting = await gate(first.id, 'May it go on?');
    await gate(second.id, 'Not yet');
    await call('epic:mark-ready', epic.id);
    await call('epic:start', epic.id);
    await call('epic:advance', epic.id);

    const proposal = await call('proposal:create', {
      ...{ proposalType: 'workflow_change', proposerId: agent.id, title: 'Proposal' },
      ...{ description: 'd', rationale: 'r', threshold: 'unanimous', requiredVoters: ['reviewer'] },
    });
    await call('proposal:start-vote', proposal.id);

    expect(await runJson(home, 'status')).toMatchObject({
      runningIn: 'browser',
      database: { owner: { pid: process.pid } },
      agents: { NEEDS_INPUT: 1 },
      waiting: [
        { kind: 'question', id: agent.id, name: 'Ada', text: 'Which \u001b[31mcolour?' },
        { kind: 'gate', id: waiting.id, name: 'Epic', text: 'May it go on?' },
        { kind: 'vote', id: proposal.id, name: 'Proposal' },
      ],
    });
    const { stdout } = await runCommand(home, 'status');
    expect(stdout).toMatch(/running for the browser, process \d+ on /);
    expect(stdout).toMatch(/asks +Ada +Which colour\? /);
    expect(stdout).toMatch(/gate to approve +Epic +May it go on\? /);
    expect(stdout).not.toContain('Not yet');
    expect(stdout).not.toContain('\u001b');
  });
});
