import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SweatShopError } from '../../src/shared/errors.ts';
import { CrashFileSystem } from '../support/crash-file-system.ts';
import { FaultyFileSystem, type Fault } from '../support/faulty-file-system.ts';
import {
  Account,
  closeHome,
  editedElsewhere,
  freshHomePath,
  inTime,
  notesIn,
  notesOf,
  openHomeOn,
  reopen,
  syncFolder,
  write,
  type OpenedHome,
} from '../crash/crash-home.ts';
import { rounds } from '../crash/extent.ts';

const HISTORIES = rounds(60, 2_000);

/** One thing that happens to a home. */
type Step =
  | { readonly kind: 'write'; readonly what: 'add' | 'edit' | 'remove'; readonly atOnce: number }
  | { readonly kind: 'flush' | 'close' | 'heal' | 'foreignEdit' }
  | { readonly kind: 'wait'; readonly ms: number }
  | {
      readonly kind: 'fault';
      readonly after: number;
      readonly lasts: boolean;
      readonly fault: Fault;
    }
  | { readonly kind: 'crash'; readonly after: number; readonly seed: number };

const faults = fc.constantFrom<Fault>(
  { errno: 'EIO' },
  { errno: 'EIO', isDone: true },
  { errno: 'ENOSPC' },
  { errno: 'EACCES' },
  { atMostBytes: 1 },
);

const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('write' as const),
      what: fc.constantFrom('add' as const, 'add' as const, 'edit' as const, 'remove' as const),
      atOnce: fc.integer({ min: 1, max: 4 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'flush' as const,
        'close' as const,
        'heal' as const,
        'foreignEdit' as const,
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      ms: fc.constantFrom(1, 500, 5_000, 60_000),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('fault' as const),
      after: fc.integer({ min: 0, max: 40 }),
      lasts: fc.boolean(),
      fault: faults,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('crash' as const),
      after: fc.integer({ min: 0, max: 40 }),
      seed: fc.nat(),
    }),
  },
);

/** A home that things happen to, and the model of what it must hold: the states since the last start. */
class History {
  readonly #home = freshHomePath();
  readonly #file = path.join(this.#home, 'sweatshop.db');
  #disk = new CrashFileSystem();
  #faulty = new FaultyFileSystem(this.#disk);
  #account = new Account();
  #opened: OpenedHome | null = null;
  #serial = 0;

  async take(step: Step): Promise<void> {
    switch (step.kind) {
      case 'write':
        await this.#write(step.what, step.atOnce);
        break;
      case 'flush':
        await this.#flush();
        break;
      case 'wait':
        await this.#wait(step.ms);
        break;
      case 'fault':
        this.#failLater(step.after, step.lasts, step.fault);
        break;
      case 'heal':
        this.#heal();
        break;
      case 'foreignEdit':
        await this.#editElsewhere();
        break;
      case 'close':
        await this.#close();
        break;
      case 'crash':
        await this.#crash(step.after, step.seed);
    }
  }

  /** Ends the history with a start on a healthy disk. */
  async end(): Promise<void> {
    this.#heal();
    await this.#close();
    const { notes, report } = await reopen(this.#disk, this.#home);
    expect(report?.problems).toBeUndefined();
    if (notes) this.#account.expectKept(notes);
  }

  /** Starts where nothing runs; a start that fails is tried again by whoever comes next. */
  async #start(): Promise<OpenedHome | null> {
    if (this.#opened) return this.#opened;
    try {
      this.#opened = await openHomeOn(this.#faulty, this.#home);
    } catch (error) {
      if (!(error instanceof SweatShopError)) throw error;
      return null;
    }
    const { database } = this.#opened.store;
    expect(this.#opened.store.recovery()?.problems).toBeUndefined();
    if (!database) return null;
    // From here on this is what happened, and its next crash may lose nothing of it that was saved or logged.
    const notes = notesOf(database);
    this.#account.expectKept(notes);
    this.#account.offer(notes);
    return this.#opened;
  }

  async #write(kind: 'add' | 'edit' | 'remove', atOnce: number): Promise<void> {
    const opened = await this.#start();
    if (!opened) return;
    const texts = Array.from({ length: atOnce }, () => `note ${String(++this.#serial)}`);
    await Promise.all(texts.map((text) => write(opened, this.#account, { kind, text })));
  }

  async #flush(): Promise<void> {
    const opened = await this.#start();
    if (opened) await inTime(opened.clock, opened.store.flush()).catch(() => undefined);
  }

  async #wait(ms: number): Promise<void> {
    const opened = await this.#start();
    if (opened) await opened.clock.advance(ms);
  }

  #failLater(after: number, lasts: boolean, fault: Fault): void {
    this.#faulty.reset();
    this.#faulty.fault = ({ index }) =>
      index === after + 1 || (lasts && index > after) ? fault : null;
  }

  #heal(): void {
    this.#faulty.fault = () => null;
  }

  /** Another program edits the file when it holds everything, as a careful person would. */
  async #editElsewhere(): Promise<void> {
    const status = this.#opened?.store.status();
    if (status && (status.state !== 'saved' || status.publishedSeq < status.seq)) return;
    if (!this.#disk.stat(this.#file)) return;
    const image = this.#disk.readFile(this.#file);
    // What only the log has would be run again on top of the edit: all is kept then, but in another order.
    if (!isDeepStrictEqual(notesIn(image), this.#account.last)) return;
    const text = `foreign ${String(++this.#serial)}`;
    syncFolder(this.#disk, this.#home);
    this.#disk.putFile(this.#file, editedElsewhere(image, text));
    this.#account.answer(this.#account.offer([...this.#account.last, text]));
    // Until it is noticed; what is written before that is a conflict, which is another test's.
    this.#heal();
    await this.#wait(10_000);
  }

  async #close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = null;
    if (opened) await closeHome(opened);
  }

  /** Cuts the power some operations later, during whatever a write and a save do then. */
  async #crash(after: number, seed: number): Promise<void> {
    this.#failLater(after, true, { errno: 'EIO' });
    await Promise.all([this.#write('add', 2), this.#flush()]);
    // Cut off for good, however far it came.
    this.#failLater(0, true, { errno: 'EIO' });
    await this.#close();
    this.#disk = this.#disk.crash(seed);
    this.#faulty = new FaultyFileSystem(this.#disk);
  }
}

it(
  'holds every answered write, and a state that was once committed, after any history of writes, faults, foreign edits and crashes',
  { timeout: 30_000 + HISTORIES * 2_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { minLength: 1, maxLength: 25 }), async (history) => {
        const home = new History();
        for (const step of history) await home.take(step);
        await home.end();
      }),
      { numRuns: HISTORIES },
    );
  },
);
