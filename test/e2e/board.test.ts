import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { TicketInput, TicketStatus } from '../../src/shared/types.ts';
import { cardTitled, openPage, openTab, startServer, temporaryFolder } from './harness.ts';

type Board = { readonly page: Page; readonly ids: readonly string[] };

/** Opens a page on a home with the given tickets, each at the bottom of its column. */
async function openBoard(...tickets: TicketInput[]): Promise<Board> {
  const page = await openPage(await startServer(temporaryFolder()));
  const ids = await page.evaluate(async (inputs) => {
    const made: string[] = [];
    // A new ticket goes to the top of its column.
    for (const input of inputs.toReversed()) {
      made.unshift((await window.sweatshop.tickets.create(input)).id);
    }
    return made;
  }, tickets);
  await page.locator('[data-card]').first().waitFor();
  return { page, ids };
}

function column(page: Page, status: TicketStatus): Locator {
  return page.locator(`[data-column="${status}"]`);
}

/** The titles of a column from top to bottom. */
async function titlesIn(page: Page, status: TicketStatus): Promise<string[]> {
  const cards = column(page, status).locator('[data-card]');
  const placed = await cards.evaluateAll((elements) =>
    elements.map((element) => ({
      top: element.getBoundingClientRect().top,
      title: element.querySelector('.title')?.textContent ?? '',
    })),
  );
  return placed.sort((a, b) => a.top - b.top).map(({ title }) => title);
}

async function storedTitles(page: Page, status: TicketStatus): Promise<string[]> {
  return page.evaluate(
    async (wanted) =>
      (await window.sweatshop.tickets.cards({ status: wanted, orderBy: 'position' })).map(
        ({ title }) => title,
      ),
    status,
  );
}

/** Drags as a hand does: in steps, to a place within the target. */
async function drag(page: Page, from: Locator, to: Locator, at: 'top' | 'middle' | 'bottom') {
  const start = await from.boundingBox();
  const end = await to.boundingBox();
  if (start === null || end === null) throw new Error('Nothing to drag, or nowhere to drag it.');
  const share = { top: 0.1, middle: 0.5, bottom: 0.9 }[at];
  await page.mouse.move(start.x + start.width / 2, start.y + start.height / 2);
  await page.mouse.down();
  await page.mouse.move(start.x + start.width / 2 + 8, start.y + start.height / 2 + 8);
  await page.mouse.move(end.x + end.width / 2, end.y + end.height * share, { steps: 8 });
  await page.waitForTimeout(50);
  await page.mouse.up();
}

it('drags a ticket to another column by mouse, keeps it there after a reload, and shows it to a second tab', async () => {
  const { page } = await openBoard({ title: 'Alpha' }, { title: 'Beta' });
  const tab = await openTab(page);
  await cardTitled(tab, 'Alpha').waitFor();

  await drag(page, cardTitled(page, 'Alpha'), column(page, 'ready'), 'middle');

  await cardTitled(column(page, 'ready'), 'Alpha').waitFor();
  await cardTitled(column(tab, 'ready'), 'Alpha').waitFor();
  await page.reload();
  await cardTitled(column(page, 'ready'), 'Alpha').waitFor();
  expect(await titlesIn(page, 'backlog')).toEqual(['Beta']);
});

it('drops a ticket above or below the card under the pointer, and undoes it from the message', async () => {
  const { page } = await openBoard(
    { title: 'One', status: 'ready' },
    { title: 'Two', status: 'ready' },
    { title: 'Three', status: 'ready' },
    { title: 'Four' },
  );
  await drag(page, cardTitled(page, 'Three'), cardTitled(page, 'One'), 'top');
  await expect.poll(() => titlesIn(page, 'ready')).toEqual(['Three', 'One', 'Two']);

  await drag(page, cardTitled(page, 'Four'), cardTitled(page, 'One'), 'bottom');
  await expect.poll(() => titlesIn(page, 'ready')).toEqual(['Three', 'One', 'Four', 'Two']);
  await expect.poll(() => storedTitles(page, 'ready')).toEqual(['Three', 'One', 'Four', 'Two']);

  await page.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => storedTitles(page, 'backlog')).toEqual(['Four']);
});

it('carries a ticket by keyboard and keeps the focus on it', async () => {
  const { page } = await openBoard(
    { title: 'One', status: 'ready' },
    { title: 'Two', status: 'ready' },
    { title: 'Carried' },
  );
  await cardTitled(page, 'Carried').focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  expect(await titlesIn(page, 'ready')).toEqual(['One', 'Carried', 'Two']);
  expect(await storedTitles(page, 'ready')).toEqual(['One', 'Two']);
  await page.keyboard.press('Space');
  await expect.poll(() => storedTitles(page, 'ready')).toEqual(['One', 'Carried', 'Two']);
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.textContent))
    .toContain('Carried');

  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Escape');
  expect(await titlesIn(page, 'ready')).toEqual(['One', 'Carried', 'Two']);

  await page.keyboard.press('Control+ArrowUp');
  await expect.poll(() => storedTitles(page, 'ready')).toEqual(['Carried', 'One', 'Two']);
});

it('puts a carried card back for who types elsewhere, and takes no letter', async () => {
  const { page } = await openBoard({ title: 'Carried' });
  await page.keyboard.press('j');
  await expect.poll(() => focusedTitle(page)).toBe('Carried');
  await page.keyboard.press('Space');
  const search = page.getByRole('searchbox').or(page.getByPlaceholder('Search tickets')).first();
  await search.focus();
  await page.keyboard.type('jail kk ');
  expect(await search.inputValue()).toBe('jail kk ');
  expect(await storedTitles(page, 'backlog')).toEqual(['Carried']);
});

it('walks from card to card with arrows and letters, and opens one with Enter', async () => {
  const { page } = await openBoard(
    { title: 'One' },
    { title: 'Two' },
    { title: 'Right', status: 'ready' },
  );
  await page.keyboard.press('j');
  await expect.poll(() => focusedTitle(page)).toBe('One');
  await page.keyboard.press('j');
  await expect.poll(() => focusedTitle(page)).toBe('Two');
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => focusedTitle(page)).toBe('Right');
  await page.keyboard.press('h');
  await expect.poll(() => focusedTitle(page)).toBe('One');
  await page.keyboard.press('Enter');
  await page.getByRole('textbox', { name: 'Title' }).waitFor();
  await page.keyboard.press('Escape');
  await expect.poll(() => focusedTitle(page)).toBe('One');
});

it('narrows the board by text, also in descriptions, and by fields, and keeps that after a reload', async () => {
  const { page } = await openBoard(
    { title: 'Red', priority: 'high', labels: ['ui'] },
    { title: 'Green', description: 'needs a **zebra**', labels: ['ui', 'core'] },
    { title: 'Blue', status: 'ready' },
  );
  await page.keyboard.press('/');
  await page.keyboard.type('zebra');
  await expect.poll(() => titlesIn(page, 'backlog')).toEqual(['Green']);
  expect(await column(page, 'backlog').locator('[data-count]').innerText()).toBe('1 / 2');
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Label', exact: true }).click();
  await page.getByRole('option', { name: 'ui' }).click();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Priority', exact: true }).click();
  await page.getByRole('option', { name: 'High' }).click();
  await page.keyboard.press('Escape');
  await expect.poll(() => titlesIn(page, 'backlog')).toEqual(['Red']);
  expect(await titlesIn(page, 'ready')).toEqual([]);

  await page.reload();
  await cardTitled(page, 'Red').waitFor();
  expect(await titlesIn(page, 'backlog')).toEqual(['Red']);
  await page.getByRole('button', { name: 'Clear all' }).click();
  await expect.poll(() => titlesIn(page, 'ready')).toEqual(['Blue']);
});

it('says how to widen filters that leave nothing', async () => {
  const { page } = await openBoard({ title: 'Red' });
  await page.getByRole('searchbox', { name: 'Search tickets' }).fill('nothing like this');
  await page.getByRole('button', { name: 'Clear all filters' }).click();
  await cardTitled(page, 'Red').waitFor();
});

it('puts a card back and says why when the move is refused', async () => {
  const { page, ids } = await openBoard({ title: 'Held', status: 'ready' }, { title: 'Other' });
  await page.evaluate(async (ticketId) => {
    const agent = await window.sweatshop.agents.create({ name: 'Ada' });
    await window.sweatshop.agents.assign(agent.id, { ticketId });
  }, ids[0] ?? '');
  await column(page, 'in_progress').locator('[data-card]').waitFor();
  await drag(page, cardTitled(page, 'Held'), column(page, 'backlog'), 'bottom');
  await page.getByText('“Held” was not moved').waitFor();
  expect(await titlesIn(page, 'in_progress')).toEqual(['Held']);
});

it('renders only the cards in sight of a column of thousands', async () => {
  const { page } = await openBoard({ title: 'First' });
  await page.evaluate(async () => {
    const numbers = Array.from({ length: 1_500 }, (_, index) => index);
    await Promise.all(
      numbers.map((number) =>
        window.sweatshop.tickets.create({ title: `Ticket ${String(number)}` }),
      ),
    );
  });
  const count = column(page, 'backlog').locator('[data-count="1501"]');
  await count.waitFor();
  expect(await column(page, 'backlog').locator('[data-card]').count()).toBeLessThan(60);
});

it('wears the theme that was chosen, also after a reload', async () => {
  const { page } = await openBoard({ title: 'Any' });
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await background();
  await page.getByRole('button', { name: 'Theme' }).click();
  await page.getByRole('menuitem', { name: 'Dark' }).click();
  await expect.poll(background).not.toBe(light);
  const dark = await background();
  await page.reload();
  await cardTitled(page, 'Any').waitFor();
  expect(await background()).toBe(dark);
});

async function focusedTitle(page: Page): Promise<string | undefined> {
  return page.evaluate(() => document.activeElement?.querySelector('.title')?.textContent);
}
