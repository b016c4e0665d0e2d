import { describe, expect, it } from 'vitest';
import { SweatShopError } from '../../src/shared/errors.ts';
import { FlushScheduler } from '../../src/store/flush-scheduler.ts';
import { ManualClock } from '../support/manual-clock.ts';

/** The database: its value is the number of its last commit. */
type Memory = { value: number; isInTransaction: boolean };

/** A target that keeps what it gets, takes as long as a test wants, and fails on demand. */
class RecordingTarget {
  readonly attemptsMs: number[] = [];
  readonly published: { readonly value: number; readonly atMs: number }[] = [];
  failure: Error | null = null;
  durationMs = 0;
  concurrent = 0;
  mostConcurrent = 0;
  readonly #clock: ManualClock;
  readonly #memory: Memory;

  constructor(clock: ManualClock, memory: Memory) {
    this.#clock = clock;
    this.#memory = memory;
  }

  async publish(): Promise<number | null> {
    if (this.#memory.isInTransaction) return null;
    const { value } = this.#memory;
    this.attemptsMs.push(this.#clock.nowMs() - START_MS);
    this.mostConcurrent = Math.max(this.mostConcurrent, ++this.concurrent);
    if (this.durationMs > 0) {
      await new Promise<void>((done) => this.#clock.callLater(this.durationMs, done));
    }
    this.concurrent--;
    if (this.failure) throw this.failure;
    this.published.push({ value, atMs: this.#clock.nowMs() - START_MS });
    return value;
  }
}

const START_MS = Date.UTC(2026, 0, 1);

function setUp() {
  const clock = new ManualClock(START_MS);
  const memory: Memory = { value: 0, isInTransaction: false };
  const target = new RecordingTarget(clock, memory);
  const states: string[] = [];
  const scheduler = new FlushScheduler({
    target,
    clock,
    seq: 0,
    publishedSeq: 0,
    onChanged: () => states.push(scheduler.state),
  });
  const commit = () => {
    memory.value++;
    scheduler.noteCommit(memory.value);
  };
  return { clock, target, scheduler, states, memory, commit };
}

const diskFull = new SweatShopError('StorageFull', 'The disk is full.');

describe('FlushScheduler', () => {
  it('saves once, 500 ms after the last commit of a burst', async () => {
    const { clock, target, scheduler, commit } = setUp();
    commit();
    await clock.advance(400);
    commit();
    await clock.advance(499);
    expect(target.published).toEqual([]);
    expect(scheduler.state).toBe('unsaved');
    await clock.advance(1);
    expect(target.published).toEqual([{ value: 2, atMs: 900 }]);
    expect(scheduler).toMatchObject({ state: 'saved', seq: 2, publishedSeq: 2 });
    await clock.advance(60_000);
    expect(target.published).toHaveLength(1);
  });

  it('saves at most 5 s after the first unsaved commit while commits never pause', async () => {
    const { clock, target, commit } = setUp();
    for (let elapsedMs = 0; elapsedMs < 20_000; elapsedMs += 100) {
      commit();
      await clock.advance(100);
    }
    expect(target.published.map(({ atMs }) => atMs)).toEqual([5_000, 10_000, 15_000, 20_000]);
  });

  it('runs one flush at a time, and another for what was committed meanwhile', async () => {
    const { clock, target, scheduler, commit } = setUp();
    target.durationMs = 2_000;
    commit();
    await clock.advance(500);
    expect(scheduler.state).toBe('saving');
    commit();
    await clock.advance(1_999);
    expect(target.published).toEqual([]);
    await clock.advance(2_001);
    expect(target.published).toEqual([
      { value: 1, atMs: 2_500 },
      { value: 2, atMs: 4_500 },
    ]);
    expect(target.mostConcurrent).toBe(1);
    expect(scheduler).toMatchObject({ state: 'saved', publishedSeq: 2 });
  });

  it('counts as saved only what the image held', async () => {
    const { clock, target, scheduler, commit } = setUp();
    target.durationMs = 100;
    commit();
    await clock.advance(550);
    commit();
    await clock.advance(50);
    expect(scheduler).toMatchObject({ state: 'unsaved', seq: 2, publishedSeq: 1 });
  });

  it('waits for the end of a transaction without calling that a failure', async () => {
    const { clock, target, scheduler, memory, commit } = setUp();
    commit();
    memory.isInTransaction = true;
    await clock.advance(700);
    expect(scheduler).toMatchObject({ state: 'unsaved', lastError: null });
    await expect(scheduler.flush()).rejects.toMatchObject({ code: 'Busy' });
    memory.isInTransaction = false;
    await clock.advance(500);
    expect(target.published).toHaveLength(1);
    expect(scheduler.state).toBe('saved');
  });

  it('tries a failed flush again after 1, 2, 4, 8, 16, 30 and 30 s, however many commits come', async () => {
    const { clock, target, scheduler, commit } = setUp();
    target.failure = diskFull;
    for (let elapsedMs = 0; elapsedMs < 100_000; elapsedMs += 250) {
      if (elapsedMs % 1_000 === 0) commit();
      await clock.advance(250);
    }
    expect(target.attemptsMs).toEqual([500, 1_500, 3_500, 7_500, 15_500, 31_500, 61_500, 91_500]);
    expect(scheduler.state).toBe('failed');
  });

  it('tells why a flush failed, and forgets it by itself when one succeeds', async () => {
    const { clock, target, scheduler, states, commit } = setUp();
    target.failure = diskFull;
    commit();
    await clock.advance(500);
    expect(scheduler).toMatchObject({
      state: 'failed',
      publishedSeq: 0,
      lastError: {
        code: 'StorageFull',
        message: 'The disk is full.',
        at: '2026-01-01T00:00:00.500Z',
      },
    });
    target.failure = null;
    commit();
    await clock.advance(1_000);
    expect(scheduler).toMatchObject({ state: 'saved', publishedSeq: 2, lastError: null });
    expect(target.published).toEqual([{ value: 2, atMs: 1_500 }]);
    expect(states).toEqual(['unsaved', 'saving', 'failed', 'saving', 'saved']);
  });

  it('starts the back-off afresh after a success', async () => {
    const { clock, target, scheduler, commit } = setUp();
    target.failure = diskFull;
    commit();
    await clock.advance(4_000);
    target.failure = null;
    await scheduler.flush();
    target.failure = diskFull;
    commit();
    await clock.advance(500);
    target.failure = null;
    await clock.advance(1_000);
    expect(scheduler.state).toBe('saved');
  });

  it('saves at once when asked, and not again afterwards', async () => {
    const { clock, target, scheduler, commit } = setUp();
    commit();
    await scheduler.flush();
    expect(target.published).toEqual([{ value: 1, atMs: 0 }]);
    await clock.advance(60_000);
    expect(target.published).toHaveLength(1);
    await scheduler.flush();
    expect(target.published).toHaveLength(1);
  });

  it('when asked during a flush, also saves what that flush did not see', async () => {
    const { clock, target, scheduler, commit } = setUp();
    target.durationMs = 100;
    commit();
    const first = scheduler.flush();
    commit();
    const later = Promise.all([scheduler.flush(), scheduler.flush()]).then(() =>
      target.published.map(({ value }) => value),
    );
    await clock.advance(1_000);
    await first;
    expect(await later).toEqual([1, 2]);
  });

  it('when asked, tells the caller why it failed and keeps trying', async () => {
    const { clock, target, scheduler, commit } = setUp();
    target.failure = new SweatShopError('Conflict', 'Somebody changed the file.');
    commit();
    await expect(scheduler.flush()).rejects.toMatchObject({ code: 'Conflict' });
    target.failure = null;
    await clock.advance(1_000);
    expect(scheduler.state).toBe('saved');
  });

  it('hears that the file was replaced otherwise, and has nothing left to save', async () => {
    const { clock, target, scheduler, commit } = setUp();
    target.failure = diskFull;
    commit();
    await clock.advance(500);
    scheduler.notePublished(2);
    expect(scheduler).toMatchObject({ state: 'saved', lastError: null, seq: 2, publishedSeq: 2 });
    expect(clock.pendingTimers).toBe(0);
  });

  it('leaves no timer behind when it is stopped', () => {
    const { clock, scheduler, commit } = setUp();
    commit();
    scheduler.stop();
    expect(clock.pendingTimers).toBe(0);
  });
});
