import { expect, it } from 'vitest';
import { cardTitled, openPage, startServer, temporaryFolder } from './harness.ts';

it('says that the connection is lost, and is up to date again by itself when it is back', async () => {
  const home = temporaryFolder();
  const server = await startServer(home);
  const page = await openPage(server);
  await page.getByText('No tickets yet').waitFor();
  await server.stop();
  await page.getByText('The connection to SweatShop is lost.').waitFor();

  const again = await startServer(home, server.port);
  const { api } = await again.connect();
  await api.tickets.create({ title: 'Made meanwhile' });
  await cardTitled(page, 'Made meanwhile').waitFor();
  expect(await page.getByText('The connection to SweatShop is lost.').count()).toBe(0);
});

it('tells a browser that the host does not know how to get in', async () => {
  const server = await startServer(temporaryFolder());
  const url = `http://127.0.0.1:${String(server.port)}/`;
  const page = await openPage({ ...server, url });
  await page.getByText('SweatShop does not know this browser.').waitFor();
});

it('tells when the last save was, and saves at once when asked', async () => {
  const page = await openPage(await startServer(temporaryFolder()));
  await page.evaluate(() => window.sweatshop.tickets.create({ title: 'x' }));
  const bar = page.getByRole('contentinfo', { name: 'Status' });
  await bar.getByText(/^Saved \d\d:\d\d:\d\d/).waitFor();
  expect(await bar.innerText()).toContain('1 ticket');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('save now');
  await page.keyboard.press('Enter');
  await page.getByLabel('Messages').getByText('Saved').waitFor();
});

it('finds tickets, agents and commands in the palette', async () => {
  const page = await openPage(await startServer(temporaryFolder()));
  await page.evaluate(async () => {
    await window.sweatshop.tickets.create({ title: 'Paint the fence' });
    await window.sweatshop.agents.create({ name: 'Tom' });
  });
  await page.keyboard.press('Control+k');
  await page.keyboard.type('fence');
  await page.keyboard.press('Enter');
  await page.getByRole('textbox', { name: 'Title' }).waitFor();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('tom');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Tom' }).waitFor();
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
  await page.keyboard.press('Escape');
  await page.locator('body').press('1');
  await page.getByRole('main', { name: 'Board' }).waitFor();
});
