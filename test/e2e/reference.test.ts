import { expect, it } from 'vitest';
import { openPage, screenshot, startServer, temporaryFolder } from './harness.ts';

it('opens the API reference from the palette, narrows it, and follows links by keyboard', async () => {
  const page = await openPage(await startServer(temporaryFolder()), { colorScheme: 'light' });
  await page.keyboard.press('Control+k');
  await page.keyboard.type('api');
  await page.keyboard.press('Enter');
  await page.getByRole('main', { name: 'API reference' }).waitFor();
  const search = page.getByRole('searchbox', { name: 'Search the reference' });
  expect(await search.evaluate((input) => input === document.activeElement)).toBe(true);
  await screenshot(page, 'reference-light');

  await page.keyboard.type('ticket:update');
  const card = page.getByRole('article', { name: 'tickets.update', exact: true });
  await page.getByRole('article', { name: 'agents.list' }).waitFor({ state: 'detached' });
  expect(await card.innerText()).toMatch(/patch\s+TicketPatch\s+required/);
  expect(await card.innerText()).toContain('DependencyCycle');
  expect(await card.locator('pre').innerText()).toContain("await sweatshop.tickets.update('tkt_");

  await search.fill('');
  await page.getByRole('link', { name: 'tickets.update', exact: true }).focus();
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('TicketPatch');
  await page.keyboard.press('Enter');
  const type = page.getByRole('article', { name: 'TicketPatch', exact: true });
  await expect.poll(async () => (await type.boundingBox())?.y ?? 1e6).toBeLessThan(400);
});

it('leads from /reference to it, in the dark theme too, and says when nothing is found', async () => {
  const server = await startServer(temporaryFolder());
  const page = await openPage(server, { colorScheme: 'dark' });
  await page.getByText('No tickets yet').waitFor();
  await page.goto(`http://127.0.0.1:${String(server.port)}/reference`);
  await page.getByRole('heading', { name: 'API reference' }).waitFor();
  await page
    .getByRole('article', { name: 'tickets.list', exact: true })
    .getByRole('link', { name: 'TicketFilter' })
    .click();
  await screenshot(page, 'reference-dark');
  await page.getByRole('searchbox', { name: 'Search the reference' }).fill('xyzzy');
  await page.getByText('Nothing in the reference holds all of these words.').waitFor();
});
