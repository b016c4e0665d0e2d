import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { Ticket, TicketInput } from '../../src/shared/types.ts';
import { cardTitled, openPage, openTab, startServer, temporaryFolder } from './harness.ts';

/** Opens a page on a home with the given tickets. */
async function openTickets(...inputs: TicketInput[]): Promise<{ page: Page; ids: string[] }> {
  const page = await openPage(await startServer(temporaryFolder()));
  const ids = await page.evaluate(async (all) => {
    const made: string[] = [];
    for (const input of all) made.push((await window.sweatshop.tickets.create(input)).id);
    return made;
  }, inputs);
  return { page, ids };
}

async function openTicket(page: Page, title: string): Promise<void> {
  await cardTitled(page, title).click();
  await page.getByRole('textbox', { name: 'Title' }).waitFor();
}

async function stored(page: Page, id: string): Promise<Ticket | null> {
  return page.evaluate((wanted) => window.sweatshop.tickets.get(wanted), id);
}

async function choose(page: Page, label: string, option: string): Promise<void> {
  await page.getByRole('complementary').getByLabel(label, { exact: true }).click();
  await page.getByRole('option', { name: option }).click();
}

it('makes a ticket with every field from the keyboard, and has it all after a reload', async () => {
  const { page } = await openTickets({ title: 'First of all' });
  await page.locator('[data-card]').waitFor();
  await page.keyboard.press('c');
  const panel = page.getByRole('complementary', { name: 'New ticket' });
  await panel.waitFor();
  await page.keyboard.type('Write the parser');
  await choose(page, 'Status', 'Ready');
  await choose(page, 'Priority', 'Critical');
  await panel.getByRole('textbox', { name: 'External id' }).fill('X-1');
  await panel.getByRole('textbox', { name: 'Description' }).fill('It **parses**.');
  await panel.getByRole('textbox', { name: 'Acceptance criteria' }).fill('- [ ] all of it');
  await panel.getByRole('combobox', { name: 'Add a label' }).fill('core');
  await page.getByRole('option', { name: 'Create “core”' }).click();
  await panel.getByRole('combobox', { name: 'Add a ticket' }).fill('first');
  await page.getByRole('option', { name: 'First of all' }).click();
  await page.keyboard.press('Control+Enter');
  await cardTitled(page.locator('[data-column="ready"]'), 'Write the parser').waitFor();

  await page.reload();
  await openTicket(page, 'Write the parser');
  const [ticket] = await page.evaluate(() => window.sweatshop.tickets.list({ status: 'ready' }));
  expect(ticket).toMatchObject({
    title: 'Write the parser',
    priority: 'critical',
    externalId: 'X-1',
    description: 'It **parses**.',
    acceptanceCriteria: '- [ ] all of it',
    labels: ['core'],
  });
  expect(ticket?.dependsOn).toHaveLength(1);
  expect(await page.locator('.markdown strong').innerText()).toBe('parses');
  expect(await page.locator('.markdown input[type=checkbox]').count()).toBe(1);
});

it('keeps what was typed in a new ticket when its form is closed and the page is left', async () => {
  const { page } = await openTickets({ title: 'Any' });
  await page.locator('[data-card]').waitFor();
  await page.keyboard.press('c');
  await page.keyboard.type('Half a thought');
  await page.keyboard.press('Escape');
  await page.getByRole('complementary', { name: 'New ticket' }).waitFor({ state: 'detached' });
  await page.reload();
  await page.locator('[data-card]').waitFor();
  await page.keyboard.press('c');
  expect(await page.getByRole('textbox', { name: 'Title' }).inputValue()).toBe('Half a thought');
});

it('shows at the title that a ticket needs one', async () => {
  const { page } = await openTickets({ title: 'Any' });
  await page.locator('[data-card]').waitFor();
  await page.keyboard.press('c');
  await page.getByRole('button', { name: 'Create ticket' }).click();
  await page.getByText('Must not be empty.').waitFor();
  expect(await page.getByRole('textbox', { name: 'Title' }).getAttribute('aria-invalid')).toBe(
    'true',
  );
});

it('saves changes by itself and tells so', async () => {
  const { page, ids } = await openTickets({ title: 'Before' });
  await openTicket(page, 'Before');
  await page.getByRole('textbox', { name: 'Title' }).fill('After');
  await page.getByText('Unsaved changes').first().waitFor();
  await expect.poll(async () => (await stored(page, ids[0] ?? ''))?.title).toBe('After');
  await choose(page, 'Priority', 'Low');
  await expect.poll(async () => (await stored(page, ids[0] ?? ''))?.priority).toBe('low');
  await cardTitled(page, 'After').waitFor();
});

it('keeps what is being typed when another tab changes the ticket, and lets the person choose', async () => {
  const { page, ids } = await openTickets({ title: 'Shared', description: 'old' });
  const id = ids[0] ?? '';
  await openTicket(page, 'Shared');
  await page.getByRole('tab', { name: 'Write' }).first().click();
  const description = page.getByRole('textbox', { name: 'Description' });
  // Typed faster than it is saved, so that the other change comes in between.
  await description.fill('mine');
  await page.evaluate(
    (ticketId) =>
      window.sweatshop.tickets.update(ticketId, { description: 'theirs', title: 'Renamed' }),
    id,
  );
  await page.getByText('changed elsewhere').waitFor();
  expect(await description.inputValue()).toBe('mine');
  expect(await page.getByRole('textbox', { name: 'Title' }).inputValue()).toBe('Renamed');
  expect((await stored(page, id))?.description).toBe('theirs');
  await page.getByRole('button', { name: 'Keep mine' }).click();
  await expect.poll(async () => (await stored(page, id))?.description).toBe('mine');
});

it('follows changes of another tab while nothing is typed', async () => {
  const { page, ids } = await openTickets({ title: 'Shared' });
  await openTicket(page, 'Shared');
  const tab = await openTab(page);
  await tab.evaluate(
    (id) => window.sweatshop.tickets.update(id, { title: 'From the other tab', labels: ['new'] }),
    ids[0] ?? '',
  );
  const title = page.getByRole('textbox', { name: 'Title' });
  await expect.poll(() => title.inputValue()).toBe('From the other tab');
  await page.getByRole('button', { name: 'Remove the label new' }).waitFor();
});

it('shows a circle of dependencies at the field and stores nothing', async () => {
  const { page, ids } = await openTickets({ title: 'Chicken' }, { title: 'Egg' });
  const [chicken = '', egg = ''] = ids;
  await page.evaluate(
    ([from, to]) => window.sweatshop.tickets.update(from ?? '', { dependsOn: [to ?? ''] }),
    [egg, chicken],
  );
  await openTicket(page, 'Chicken');
  await page.getByRole('combobox', { name: 'Add a ticket' }).fill('egg');
  await page.getByRole('option', { name: 'Egg' }).click();
  await page.getByText('A ticket cannot wait for itself').waitFor();
  expect((await stored(page, chicken))?.dependsOn).toEqual([]);
  await page.getByRole('button', { name: 'Remove this dependency' }).click();
  await page.getByText('A ticket cannot wait for itself').waitFor({ state: 'detached' });
});

it('neutralises hostile Markdown', async () => {
  const hostile = [
    '<img src=x onerror="window.attacked = true">',
    '<script>window.attacked = true</script>',
    '[link](javascript:window.attacked=true)',
    '<a href="https://example.com" onclick="window.attacked = true">safe</a>',
    '<iframe srcdoc="<script>parent.attacked = true</script>"></iframe>',
    '<style>body { display: none }</style>',
    '<form action="https://example.com"><input name="q"></form>',
    '![picture](https://example.com/track.png)',
  ].join('\n\n');
  const { page } = await openTickets({ title: 'Hostile', description: hostile });
  await openTicket(page, 'Hostile');
  const markdown = page.locator('.markdown');
  await markdown.getByText('safe').click({ trial: true });
  const harmless = 'img, script, iframe, style, form, input, [onclick], [onerror]';
  expect(await markdown.locator(harmless).count()).toBe(0);
  expect(await markdown.locator('a[href^="javascript"]').count()).toBe(0);
  const link = markdown.getByRole('link', { name: 'safe' });
  expect(await link.getAttribute('rel')).toBe('noopener noreferrer');
  expect(await page.evaluate(() => 'attacked' in window)).toBe(false);
});

it('deletes a ticket after asking, and asks again when runs would go too', async () => {
  const { page, ids } = await openTickets({ title: 'Doomed' }, { title: 'Other' });
  await page.evaluate(async (ticketId) => {
    const agent = await window.sweatshop.agents.create();
    await window.sweatshop.agents.assign(agent.id, { ticketId });
    await window.sweatshop.agents.stop(agent.id);
  }, ids[0] ?? '');
  await openTicket(page, 'Doomed');
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await page.getByRole('button', { name: 'Cancel' }).click();
  expect(await stored(page, ids[0] ?? '')).not.toBeNull();
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await page.getByRole('button', { name: 'Delete ticket' }).click();
  await page.getByRole('button', { name: 'Delete with history' }).click();
  await cardTitled(page, 'Doomed').waitFor({ state: 'detached' });
  expect(await stored(page, ids[0] ?? '')).toBeNull();
});
