import type { Browser, Page } from 'playwright-core';
import type { Goal, Run } from '../row.ts';
import { addPageClock, answersDuring, firstPaintOf, framesDuring } from './page-clock.ts';
import { NEEDLE } from '../seed.ts';

/** The size of which the goals speak. */
const GOAL_TICKETS = 10_000;
const FRAME_MS = 1_000 / 60;
/** A frame that comes a little late is still seen as in time; one that takes half as long again is a dropped one. */
const DROPPED_MS = FRAME_MS * 1.5;
const DRAG_STEPS = 90;

/** What is measured of a page, in the order of the table. */
export const FIGURES = {
  load: { name: 'load to first paint of the board', unit: 'ms', atMost: 1_000 },
  nodes: { name: 'elements of the page', unit: 'elements', atMost: null },
  rendered: { name: 'cards in the page for each one in sight', unit: 'cards', atMost: 3 },
  dragMiddle: { name: 'frames during a drag, p50', unit: 'ms', atMost: FRAME_MS * 1.05 },
  dragLate: { name: 'frames during a drag, p95', unit: 'ms', atMost: DROPPED_MS },
  dropped: { name: 'frames during a drag, dropped', unit: '%', atMost: null },
  filter: {
    name: 'a letter in the filter to its result on the screen, p50',
    unit: 'ms',
    atMost: null,
  },
  filterLongest: { name: 'a letter in the filter, longest', unit: 'ms', atMost: null },
  palette: { name: 'key to the open palette on the screen', unit: 'ms', atMost: null },
  paletteLetter: { name: 'a letter in the palette to its result, p50', unit: 'ms', atMost: null },
  paletteLongest: { name: 'a letter in the palette, longest', unit: 'ms', atMost: null },
} as const;

export type FigureName = keyof typeof FIGURES;

/** Gives the goal of a figure, which is of one size only. */
export function goalOf(name: FigureName, tickets: number): Goal | null {
  const { atMost } = FIGURES[name];
  return atMost === null || tickets !== GOAL_TICKETS ? null : { atMost };
}

/** Opens the board in a fresh profile of the browser, and does what a person does. */
export async function measureBoard(
  browser: Browser,
  url: string,
): Promise<Record<FigureName, Run>> {
  const context = await browser.newContext({ viewport: { width: 1_440, height: 900 } });
  try {
    const page = await context.newPage();
    await addPageClock(page);
    await page.goto(url);
    const load = await firstPaintOf(page);
    // What still loads behind the first paint is not to be taken for what follows.
    await page.waitForLoadState('networkidle');
    await page.waitForTimeout(500);
    const { nodes, rendered } = await countNodes(page);
    const frames = await framesDuring(page, () => drag(page));
    await page.waitForTimeout(500);
    await page.keyboard.press('/');
    const filter = await answersDuring(page, 'input', () =>
      page.keyboard.type(NEEDLE, { delay: 250 }),
    );
    await page.keyboard.press('Escape');
    await page.waitForTimeout(500);
    const palette = await answersDuring(page, 'keydown', () => openPalette(page));
    const letters = await answersDuring(page, 'input', () =>
      page.keyboard.type(NEEDLE, { delay: 250 }),
    );
    const late = frames.filter((frame) => frame > DROPPED_MS);
    return toRuns({
      ...{ load, nodes, rendered },
      dragMiddle: quantile(frames, 0.5),
      dragLate: quantile(frames, 0.95),
      dropped: (100 * late.length) / frames.length,
      filter: quantile(filter, 0.5),
      filterLongest: quantile(filter, 1),
      palette: quantile(palette, 1),
      paletteLetter: quantile(letters, 0.5),
      paletteLongest: quantile(letters, 1),
    });
  } finally {
    await context.close();
  }
}

async function countNodes(page: Page): Promise<{ nodes: number; rendered: number }> {
  return page.evaluate(() => {
    const cards = [...document.querySelectorAll('[data-card]')];
    const inSight = cards.filter((card) => {
      const { bottom, right, top, left } = card.getBoundingClientRect();
      return bottom > 0 && top < innerHeight && right > 0 && left < innerWidth;
    });
    const nodes = document.querySelectorAll('*').length;
    return { nodes, rendered: cards.length / Math.max(1, inSight.length) };
  });
}

/** Carries the first card over the columns and back, as a hand does, and puts it down where it was. */
async function drag(page: Page): Promise<void> {
  const card = await page.locator('[data-card]').first().boundingBox();
  if (!card) throw new Error('There is nothing to drag.');
  const start = { x: card.x + card.width / 2, y: card.y + card.height / 2 };
  await page.mouse.move(start.x, start.y);
  await page.mouse.down();
  await page.mouse.move(start.x + 8, start.y + 8);
  for (let step = 1; step <= DRAG_STEPS; step += 1) {
    const part = Math.sin((Math.PI * step) / DRAG_STEPS);
    await page.mouse.move(start.x + part * 800, start.y + 8 + part * 300);
    await page.waitForTimeout(FRAME_MS);
  }
  await page.mouse.up();
  const drags = await page.evaluate(() => window.benchSeen.drags);
  if (drags !== 1) throw new Error(`There were ${String(drags)} drags instead of one.`);
}

async function openPalette(page: Page): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog', { name: 'Command palette' }).waitFor();
}

function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
}

function toRuns(figures: Record<FigureName, number>): Record<FigureName, Run> {
  return Object.fromEntries(
    Object.entries(figures).map(([name, ours]) => [name, { ours, peer: null }]),
  ) as Record<FigureName, Run>;
}
