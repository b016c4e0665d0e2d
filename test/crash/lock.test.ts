import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { rounds } from './extent.ts';

const CONTENDER = path.join(import.meta.dirname, 'lock-contender.ts');
const PROCESSES = 8;
const ROUNDS = rounds(60, 1_000);

class Contender {
  readonly #process: ChildProcess;

  constructor(home: string) {
    const child = fork(CONTENDER, [home]);
    this.#process = child;
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
  }

  async order(what: 'take' | 'release'): Promise<string> {
    this.#process.send(what);
    const [answer] = (await once(this.#process, 'message')) as [string];
    return answer;
  }

  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await once(this.#process, 'exit');
  }
}

/** What else than the record of a dead owner may lie where the lock file belongs. */
const LITTER: readonly ((file: string) => void)[] = [
  () => undefined,
  (file) => {
    writeFileSync(file, '');
  },
  (file) => {
    writeFileSync(file, '{"pid":');
  },
  (file) => {
    mkdirSync(file);
  },
];

it(
  `goes to exactly one of ${String(PROCESSES)} processes that meet the lock of a killed owner, ${String(ROUNDS)} times (rows 43, 45)`,
  { timeout: 20_000 + ROUNDS * 500 },
  async () => {
    const home = temporaryFolder();
    const file = path.join(home, 'lock');
    const start = () => new Contender(home);
    const contenders = Array.from({ length: PROCESSES }, start);
    const dead = start();
    expect(await dead.order('take')).toBe('owner');
    const record = readFileSync(file);
    await dead.kill();
    unlinkSync(path.join(home, 'witness'));

    for (let round = 0; round < ROUNDS; round++) {
      // The OS lock is what counts: while it is free, whatever is in the file keeps nobody out.
      rmSync(file, { recursive: true, force: true });
      const isLittered = round % 10 === 0;
      if (isLittered) LITTER[(round / 10) % LITTER.length]?.(file);
      else writeFileSync(file, record);

      const answers = await Promise.all(contenders.map((contender) => contender.order('take')));
      expect(answers.toSorted()).toEqual([...Array<string>(PROCESSES - 1).fill('Busy'), 'owner']);
      const winner = answers.indexOf('owner');

      // While it is held, a lock file that is gone or means nothing does not let anybody in.
      if (isLittered) {
        rmSync(file, { recursive: true, force: true });
        if (round % 20 === 0) writeFileSync(file, 'nonsense');
      }
      const others = contenders.filter((_, index) => index !== winner);
      const again = await Promise.all(others.map((contender) => contender.order('take')));
      expect(again).toEqual(Array<string>(PROCESSES - 1).fill('Busy'));

      if (round % 10 === 9) {
        await contenders[winner]?.kill();
        unlinkSync(path.join(home, 'witness'));
        contenders[winner] = start();
      } else {
        await contenders[winner]?.order('release');
      }
      expect(existsSync(path.join(home, 'witness'))).toBe(false);
    }
  },
);
