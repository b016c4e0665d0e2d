import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { projectDir, typeScriptFlags } from '../../../src/launch/project.ts';
import type { Control, ControlAnswer, ControlName } from './control.ts';

const PROGRAM = path.join(import.meta.dirname, 'electron.ts');

/** The built app under the stand-in, in a process of its own. */
export class RunningApp {
  readonly process: ChildProcess;
  readonly #closed: Promise<unknown>;
  readonly #answers = new Map<number, (answer: ControlAnswer) => void>();
  #lastId = 0;
  #stderr = '';

  private constructor(child: ChildProcess) {
    this.process = child;
    this.#closed = once(child, 'close');
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text));
    child.on('message', (answer: ControlAnswer) => this.#answers.get(answer.id)?.(answer));
  }

  /**
   * Starts the app; it is killed when the test ends.
   *
   * @param home The folder of its data.
   */
  static start(home: string): RunningApp {
    const child = spawn(process.execPath, [...typeScriptFlags, PROGRAM, projectDir], {
      env: { ...process.env, SWEATSHOP_HOME: home },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    const app = new RunningApp(child);
    onTestFinished(async () => {
      child.kill('SIGKILL');
      await app.#closed;
    });
    return app;
  }

  /** Runs a function in the page of the first window, as soon as that has loaded. */
  async evaluate<Argument, Result>(
    run: (argument: Argument) => Result,
    argument?: Argument,
  ): Promise<Awaited<Result>> {
    return (await this.ask('evaluate', run.toString(), argument)) as Awaited<Result>;
  }

  /** Asks the stand-in's process for something. */
  async ask<Name extends ControlName>(
    name: Name,
    ...args: Parameters<Control[Name]>
  ): Promise<ReturnType<Control[Name]>> {
    const id = ++this.#lastId;
    const answer = new Promise<ControlAnswer>((resolve) => this.#answers.set(id, resolve));
    this.process.send({ id, name, args });
    const message = await Promise.race([answer, this.#closed]);
    if (!isAnswer(message)) throw new Error(`The app ended.\n${this.#stderr}`);
    if ('failure' in message) throw new Error(message.failure);
    return message.value as ReturnType<Control[Name]>;
  }

  /** Waits until the first window shows the page. */
  async untilReady(): Promise<void> {
    const deadlineMs = performance.now() + 15_000;
    for (;;) {
      const [window] = await this.ask('windows');
      if (window && window.shownCount > 0) return;
      if (performance.now() > deadlineMs) throw new Error(`No window came.\n${this.#stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Waits until the app has ended, and gives its exit code. */
  async ended(): Promise<number | null> {
    await this.#closed;
    return this.process.exitCode;
  }
}

function isAnswer(message: unknown): message is ControlAnswer {
  return typeof message === 'object' && message !== null && 'id' in message;
}
