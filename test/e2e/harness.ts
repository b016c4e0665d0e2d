import fs from 'node:fs';
import path from 'node:path';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, onTestFinished } from 'vitest';
import type { RunningServer } from '../support/running-server.ts';
import { launchTestBrowser } from '../support/test-browser.ts';

export { startServer, type RunningServer } from '../support/running-server.ts';
export { temporaryFolder } from '../support/temporary-folder.ts';

const screenshotDir = path.resolve(import.meta.dirname, '../../.vite/screenshots');
let browser: Promise<Browser> | undefined;

afterAll(async () => {
  await (await browser)?.close();
});

/**
 * Opens the page of a running server in a browser profile of its own, signed in by the printed address.
 *
 * The test fails when the page throws or breaks its content security policy.
 *
 * @param options What the browser pretends to be, such as `{ colorScheme: 'dark' }`.
 */
export async function openPage(
  server: RunningServer,
  options: BrowserContextOptions = {},
): Promise<Page> {
  browser ??= launchTestBrowser();
  const context = await (
    await browser
  ).newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) faults.push(message.text());
  });
  onTestFinished(async () => {
    await context.close();
    if (faults.length > 0) throw new Error(`The page had faults:\n${faults.join('\n')}`);
  });
  await page.goto(server.url);
  return page;
}

/** Opens another tab of the same browser profile, signed in by its session. */
export async function openTab(page: Page): Promise<Page> {
  const tab = await page.context().newPage();
  await tab.goto(new URL('/', page.url()).href);
  return tab;
}

/**
 * Finds the card of a ticket by its whole title: part of one may also stand in another card's short id.
 *
 * @param scope The page, or one column of it.
 */
export function cardTitled(scope: Page | Locator, title: string): Locator {
  const page = 'page' in scope ? scope.page() : scope;
  return scope.locator('[data-card]', { has: page.getByText(title, { exact: true }) });
}

/** Keeps a picture of a page, for people to look at. */
export async function screenshot(page: Page, name: string): Promise<string> {
  fs.mkdirSync(screenshotDir, { recursive: true });
  const file = path.join(screenshotDir, `${name}.png`);
  await page.screenshot({ path: file });
  return file;
}
