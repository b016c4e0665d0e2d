import { expect, it } from 'vitest';
import { cardTitled, openPage, startServer, temporaryFolder } from './harness.ts';

it('keeps text that could not be stored when another card is opened, and stores it after the connection is back', async () => {
  const home = temporaryFolder();
  const server = await startServer(home);
  const page = await openPage(server);
  await page.evaluate(async () => {
    await window.sweatshop.tickets.create({ title: 'Paint the fence' });
    await window.sweatshop.tickets.create({ title: 'Mow the lawn' });
  });
  await cardTitled(page, 'Paint the fence').click();
  const title = page.getByRole('textbox', { name: 'Title' });
  await title.waitFor();
  await server.stop();
  await page.getByText('The connection to SweatShop is lost.').waitFor();
  await title.fill('Paint the gate');
  await cardTitled(page, 'Mow the lawn').click();
  await page.getByText('“Paint the gate” is not saved; your text is kept').waitFor();
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await expect.poll(() => title.inputValue()).toBe('Paint the gate');
  await cardTitled(page, 'Mow the lawn').click();

  const again = await startServer(home, server.port);
  await cardTitled(page, 'Paint the gate').waitFor();
  const { api } = await again.connect();
  const titles = (await api.tickets.list()).map((ticket) => ticket.title);
  expect(titles).toContain('Paint the gate');
});

it('shows what was typed when the ticket is deleted elsewhere', async () => {
  const server = await startServer(temporaryFolder());
  const page = await openPage(server);
  const { id } = await page.evaluate(() =>
    window.sweatshop.tickets.create({ title: 'Paint the fence' }),
  );
  await cardTitled(page, 'Paint the fence').click();
  await page.getByRole('textbox', { name: 'Title' }).fill('Paint the gate');
  const { api } = await server.connect();
  await api.tickets.delete(id);
  await page.getByText('This ticket is gone').waitFor();
  await page.getByText('Paint the gate').waitFor();
});
