import { expect, it } from 'vitest';
import { openPage, openTab, startServer, temporaryFolder } from './harness.ts';

it('signs a page in by the printed address and takes the token out of sight', async () => {
  const server = await startServer(temporaryFolder());
  const page = await openPage(server);
  await page.waitForFunction(() => !location.hash.includes('token'));
  const info = await page.evaluate(() => window.sweatshop.app.info());
  expect(info).toMatchObject({ host: 'browser' });
  expect(await page.evaluate(() => document.cookie)).toBe('');
});

it('gives scripts in the page the typed contract, with the field that an error is about', async () => {
  const page = await openPage(await startServer(temporaryFolder()));
  const ticket = await page.evaluate(() => window.sweatshop.tickets.create({ title: 'x' }));
  expect(ticket).toMatchObject({ title: 'x', status: 'backlog' });
  const failure = await page.evaluate(() =>
    window.sweatshop.tickets
      .create({ title: 'x', priority: 'urgent' as 'high' })
      .catch((error: unknown) => {
        const { name, code, details } = error as { name: string; code: string; details: unknown };
        return { name, code, details };
      }),
  );
  expect(failure).toMatchObject({
    name: 'SweatShopError',
    code: 'InvalidInput',
    details: { issues: [{ path: 'priority' }] },
  });
});

it('tells a second tab of a change, and has everything after a stop and a start', async () => {
  const home = temporaryFolder();
  const server = await startServer(home);
  const page = await openPage(server);
  await page.waitForFunction(() => !location.hash.includes('token'));
  const tab = await openTab(page);
  const seen = tab.evaluate(
    () =>
      new Promise((resolve) => {
        window.sweatshop.db.onChanged(resolve);
      }),
  );
  await tab.evaluate(() => window.sweatshop.app.info());
  const { id } = await page.evaluate(() => window.sweatshop.tickets.create({ title: 'kept' }));
  expect(await seen).toMatchObject({ tables: { tickets: [id] } });

  expect(await server.stop()).toBe(0);
  await startServer(home, server.port);
  await page.reload();
  const tickets = await page.evaluate(() => window.sweatshop.tickets.list());
  expect(tickets).toMatchObject([{ id, title: 'kept' }]);
});

it('shows nothing to a page without the token', async () => {
  const server = await startServer(temporaryFolder());
  const stranger = { ...server, url: `http://127.0.0.1:${String(server.port)}/#token=wrong` };
  const page = await openPage(stranger);
  const failure = await page.evaluate(() =>
    window.sweatshop.tickets.list().catch((error: unknown) => (error as { code: string }).code),
  );
  expect(failure).toBe('Unavailable');
});

it('refuses a page that has the cookie but not the key, until it is opened by the printed address', async () => {
  const server = await startServer(temporaryFolder());
  const page = await openPage(server);
  await page.evaluate(() => window.sweatshop.app.info());
  await page.evaluate(() => {
    localStorage.clear();
  });
  const tab = await openTab(page);
  const count = () =>
    tab.evaluate(() =>
      window.sweatshop.tickets.count().catch((error: unknown) => (error as { code: string }).code),
    );
  expect(await count()).toBe('Unavailable');
  await tab.goto('about:blank');
  await tab.goto(server.url);
  expect(await count()).toBe(0);
});
