import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { AgentStatus } from '../../src/shared/types.ts';
import { openPage, openTab, startServer, temporaryFolder } from './harness.ts';

/** Opens a page on a home where Ada works on a ticket and has come as far as told. */
async function openAgent(...steps: AgentStatus[]): Promise<{ page: Page; agentId: string }> {
  const page = await openPage(await startServer(temporaryFolder()));
  const agentId = await page.evaluate(async (statuses) => {
    const { agents, tickets } = window.sweatshop;
    const ticket = await tickets.create({ title: 'Build the bridge', status: 'ready' });
    const { id } = await agents.create({ name: 'Ada' });
    await agents.assign(id, { ticketId: ticket.id, branchName: 'bridge' });
    for (const status of statuses) await agents.update(id, { status });
    return id;
  }, steps);
  return { page, agentId };
}

async function statusOf(page: Page, id: string): Promise<AgentStatus | undefined> {
  return page.evaluate(async (wanted) => (await window.sweatshop.agents.get(wanted))?.status, id);
}

it('stays with the agent one writes to when another one asks', async () => {
  const { page, agentId } = await openAgent('BRANCHING', 'DEVELOPING');
  await page.evaluate(() => window.sweatshop.agents.create({ name: 'Bob' }));
  await page.getByRole('link', { name: 'Agents' }).click();
  await page.getByRole('tab', { name: /Ada/ }).waitFor();
  const shown = page.getByRole('main');
  const name = await shown.getAttribute('aria-label');
  await page.evaluate(
    async ([id, isAda]) => {
      const { agents, tickets } = window.sweatshop;
      if (!isAda) return agents.ask(id, 'May I?');
      const bob = (await agents.list()).find((agent) => agent.name === 'Bob');
      const ticket = await tickets.create({ title: 'Other work', status: 'ready' });
      const bobId = bob?.id ?? '';
      await agents.assign(bobId, { ticketId: ticket.id });
      for (const status of ['BRANCHING', 'DEVELOPING'] as const) {
        await agents.update(bobId, { status });
      }
      return agents.ask(bobId, 'May I?');
    },
    [agentId, name === 'Ada'] as const,
  );
  await page.getByRole('button', { name: 'Needs you' }).waitFor();
  expect(await shown.getAttribute('aria-label')).toBe(name);
});

it('leads to the question of an agent in one click, and has the answer after a reload and in a second tab', async () => {
  const { page, agentId } = await openAgent('BRANCHING', 'DEVELOPING');
  const tab = await openTab(page);
  await page.evaluate((id) => window.sweatshop.agents.ask(id, 'Stone or **steel**?'), agentId);

  await page.getByRole('button', { name: 'Needs you' }).click();
  const answer = page.getByRole('textbox', { name: 'Answer Ada' });
  await answer.waitFor();
  await expect
    .poll(() => answer.evaluate((element) => element === document.activeElement))
    .toBe(true);
  await page.getByText('waits for your answer').waitFor();
  await page.keyboard.type('Steel,');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('please.');
  await page.keyboard.press('Enter');

  await expect.poll(() => statusOf(page, agentId)).toBe('DEVELOPING');
  await page.getByRole('button', { name: 'Needs you' }).waitFor({ state: 'detached' });
  await tab.getByRole('link', { name: 'Agents' }).click();
  await tab.getByRole('log').getByText('Steel,').waitFor();
  await page.reload();
  await page.getByRole('log').getByText('Steel,').waitFor();
  const [run] = await page.evaluate((id) => window.sweatshop.runs.list({ agentId: id }), agentId);
  expect(run?.interventions).toMatchObject([
    { type: 'question', agentMessage: 'Stone or **steel**?', humanResponse: 'Steel,\nplease.' },
  ]);
});

it('does not take the focus away when a message comes in', async () => {
  const { page, agentId } = await openAgent('BRANCHING', 'DEVELOPING');
  await page.getByRole('link', { name: 'Agents' }).click();
  const box = page.getByRole('textbox', { name: 'Message Ada' });
  await page.getByRole('button', { name: 'More actions' }).focus();
  await page.evaluate((id) => window.sweatshop.agents.ask(id, 'Now?'), agentId);
  await page.getByText('waits for your answer').waitFor();
  expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(
    'More actions',
  );
  expect(await box.count()).toBe(0);
});

it('walks an agent from review to merged with the buttons it offers', async () => {
  const { page, agentId } = await openAgent('BRANCHING', 'DEVELOPING', 'PROVISIONING', 'QA_READY');
  await page.getByRole('link', { name: 'Agents' }).click();
  await page.getByRole('button', { name: 'Reject…' }).click();
  await page.getByRole('textbox', { name: 'What has to change' }).fill('It wobbles.');
  await page.getByRole('button', { name: 'Reject', exact: true }).click();
  await page.getByRole('button', { name: 'Resume developing' }).click();
  await page.getByRole('button', { name: 'Provision' }).click();
  await page.getByRole('button', { name: 'Ready for QA' }).click();
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.getByRole('button', { name: 'Merge' }).click();
  await expect.poll(() => statusOf(page, agentId)).toBe('IDLE');
  await page.getByText('Completed').waitFor();
  const tickets = await page.evaluate(() => window.sweatshop.tickets.list());
  expect(tickets).toMatchObject([{ title: 'Build the bridge', status: 'merged' }]);
});

it('takes a drop of reviewed work on Approved and Merged as the decision it is', async () => {
  const { page, agentId } = await openAgent('BRANCHING', 'DEVELOPING', 'PROVISIONING', 'QA_READY');
  await page.locator('[data-card]').focus();
  await page.keyboard.press('Control+ArrowRight');
  await expect.poll(() => statusOf(page, agentId)).toBe('MERGING');
  // The focus goes with the card, so the next key is about the same ticket.
  await page.locator('[data-column="approved"] [data-card]:focus').waitFor();
  await page.keyboard.press('Control+ArrowRight');
  await expect.poll(() => statusOf(page, agentId)).toBe('IDLE');
  await page.locator('[data-column="merged"] [data-card]').waitFor();
});

it('makes an agent, puts it to work on a ticket, stops it and deletes it', async () => {
  const page = await openPage(await startServer(temporaryFolder()));
  await page.evaluate(() =>
    window.sweatshop.tickets.create({ title: 'Dig a hole', status: 'ready' }),
  );
  await page.getByRole('link', { name: 'Agents' }).click();
  await page.getByRole('main').getByRole('button', { name: 'New agent' }).click();
  await page.getByRole('heading', { name: 'Agent 1' }).waitFor();
  await page.getByRole('button', { name: 'Assign a ticket…' }).click();
  await page.getByRole('combobox', { name: 'Ticket' }).fill('dig');
  await page.getByRole('option', { name: 'Dig a hole' }).click();
  expect(await page.getByRole('textbox', { name: 'Branch' }).inputValue()).toBe('dig-a-hole');
  await page.getByRole('button', { name: 'Assign', exact: true }).click();
  await page.getByRole('button', { name: 'Start branch' }).waitFor();

  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Stop…' }).click();
  await page.getByRole('button', { name: 'Stop the run' }).click();
  await page.getByText('Cancelled').waitFor();
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Delete…' }).click();
  await page.getByRole('button', { name: 'Delete agent' }).click();
  await page.getByRole('button', { name: 'Delete with history' }).click();
  await page.getByText('No agents yet').waitFor();
});

it('pages through a long conversation from its end', async () => {
  const { page, agentId } = await openAgent('BRANCHING', 'DEVELOPING');
  await page.evaluate(async (id) => {
    for (let number = 1; number <= 120; number++) {
      await window.sweatshop.chat.post(id, { role: 'agent', content: `Line ${String(number)}.` });
    }
  }, agentId);
  await page.reload();
  await page.getByRole('link', { name: 'Agents' }).click();
  await page.getByText('Line 120.').waitFor();
  expect(await page.getByText('Line 1.', { exact: true }).count()).toBe(0);
  await expect
    .poll(async () => {
      const earlier = page.getByRole('button', { name: 'Show earlier messages' });
      if ((await earlier.count()) > 0) await earlier.click();
      return page.getByText('Line 1.', { exact: true }).count();
    })
    .toBe(1);
});
