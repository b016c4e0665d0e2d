import { expect, it } from 'vitest';
import { toLocalField } from '../../src/renderer/features/orgs/expiry.ts';
import { openPage, startServer, temporaryFolder } from './harness.ts';

const DAY_MS = 86_400_000;

it('adds an org, names the field that does not fit, leases it to an agent and takes it back', async () => {
  const inTwoDays = new Date(Date.now() + 2 * DAY_MS + 60_000).toISOString();
  const page = await openPage(await startServer(temporaryFolder()));
  await page.evaluate(() => window.sweatshop.agents.create({ name: 'Ada' }));
  await page.getByRole('link', { name: 'Orgs' }).click();
  await page.getByText('throw-away Salesforce environment').waitFor();
  await page.getByRole('button', { name: 'Add a scratch org' }).click();
  await page.getByRole('textbox', { name: 'Alias' }).fill('dev-1');
  await page.getByRole('textbox', { name: 'Login address' }).fill('ftp://nowhere');
  await page.getByRole('button', { name: 'Add org' }).click();
  await page.getByText('Must be an http or https address.').waitFor();
  await page.getByRole('textbox', { name: 'Login address' }).fill('https://test.salesforce.com/');
  await page.getByLabel('Expires').fill(toLocalField(inTwoDays));
  await page.getByRole('button', { name: 'Add org' }).click();

  const row = page.getByRole('row', { name: 'dev-1' });
  await row.waitFor();
  await row.getByText('in 2 days').waitFor();
  expect(await row.getByRole('link', { name: 'Open' }).getAttribute('rel')).toBe(
    'noopener noreferrer',
  );

  await row.getByRole('button', { name: 'Claim for…' }).click();
  await page.getByRole('menuitem', { name: 'Ada' }).click();
  await row.getByText('Leased').waitFor();
  expect(await page.evaluate(() => window.sweatshop.agents.list())).toMatchObject([
    { name: 'Ada', assignedOrgAlias: 'dev-1' },
  ]);
  await row.getByRole('button', { name: 'Release' }).click();
  await row.getByText('Available').waitFor();

  await row.getByRole('button', { name: 'More for dev-1' }).click();
  await page.getByRole('menuitem', { name: 'Edit…' }).click();
  await page.getByRole('textbox', { name: 'Alias' }).fill('dev-2');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('row', { name: 'dev-2' }).getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Delete…' }).click();
  await page.getByRole('button', { name: 'Delete org' }).click();
  await page.getByText('No scratch orgs yet').waitFor();
});
