import type { Page } from 'playwright-core';

/** What the script in the page has seen; times in milliseconds since the page was asked for. */
type Seen = {
  /** When the first frame with a card was on the screen. */
  firstCardMs: number | null;
  /** How long it took from each key, and from each change of a field, to the next frame on the screen. */
  answersMs: Record<InputKind, number[]>;
  /** How many drags have begun. */
  drags: number;
  /** How long each frame stayed while they were watched. */
  framesMs: number[];
  isWatchingFrames: boolean;
};

export type InputKind = 'keydown' | 'input';

declare global {
  interface Window {
    benchSeen: Seen;
  }
}

/** Puts a stopwatch into every page that is opened from now on. */
export async function addPageClock(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const seen: Seen = {
      ...{ firstCardMs: null, framesMs: [], isWatchingFrames: false, drags: 0 },
      answersMs: { keydown: [], input: [] },
    };
    window.benchSeen = seen;
    const afterPaint = (callback: () => void) => {
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = callback;
        port2.postMessage(null);
      });
    };
    const observer = new MutationObserver(() => {
      if (document.querySelector('[data-card]') === null) return;
      observer.disconnect();
      afterPaint(() => (seen.firstCardMs = performance.now()));
    });
    observer.observe(document, { childList: true, subtree: true });
    document.addEventListener('dragstart', () => (seen.drags += 1), { capture: true });
    for (const type of ['keydown', 'input'] as const) {
      document.addEventListener(
        type,
        ({ timeStamp }) => {
          afterPaint(() => seen.answersMs[type].push(performance.now() - timeStamp));
        },
        { capture: true },
      );
    }
  });
}

/** Waits until the first card is on the screen, and tells when that was, in milliseconds. */
export async function firstPaintOf(page: Page): Promise<number> {
  const seen = await page.waitForFunction(() => window.benchSeen.firstCardMs, undefined, {
    timeout: 120_000,
  });
  return Number(await seen.jsonValue());
}

/** Gives how long it took until the screen answered while something was done, in milliseconds. */
export async function answersDuring(
  page: Page,
  kind: InputKind,
  work: () => Promise<unknown>,
): Promise<number[]> {
  await page.evaluate(() => (window.benchSeen.answersMs = { keydown: [], input: [] }));
  await work();
  await page.waitForTimeout(500);
  return page.evaluate((wanted) => window.benchSeen.answersMs[wanted], kind);
}

/** Gives how long each frame stayed on the screen while something was done, in milliseconds. */
export async function framesDuring(page: Page, work: () => Promise<unknown>): Promise<number[]> {
  await page.evaluate(() => {
    const seen = window.benchSeen;
    seen.framesMs = [];
    seen.isWatchingFrames = true;
    let lastMs: number | null = null;
    const watch = (nowMs: number) => {
      if (lastMs !== null) seen.framesMs.push(nowMs - lastMs);
      lastMs = nowMs;
      if (seen.isWatchingFrames) requestAnimationFrame(watch);
    };
    requestAnimationFrame(watch);
  });
  await work();
  return page.evaluate(() => {
    window.benchSeen.isWatchingFrames = false;
    return window.benchSeen.framesMs;
  });
}
