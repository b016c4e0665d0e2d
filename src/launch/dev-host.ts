import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { projectDir, serverUrl } from './project.ts';

const READY = /SweatShop is running at (\S+)\n/;

/** Makes a process of the app. */
export type SpawnHost = () => ChildProcess;

/** The app in a process of its own, which is started anew whenever its code changed. */
export class DevHost {
  readonly #spawn: SpawnHost;
  readonly #onEnd: (exitCode: number) => void;
  #child: ChildProcess;
  #isReplacing = false;

  /**
   * @param spawnHost Makes the process.
   * @param onEnd Called when it ended for another reason than a restart.
   */
  constructor(spawnHost: SpawnHost, onEnd: (exitCode: number) => void) {
    this.#spawn = spawnHost;
    this.#onEnd = onEnd;
    this.#child = this.#start();
  }

  /** Waits for the address that the browser host prints. */
  async address(): Promise<URL> {
    const { stdout } = this.#child;
    return new Promise((resolve) => {
      let output = '';
      stdout?.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        const address = READY.exec(output)?.[1];
        if (address !== undefined) resolve(new URL(address));
      });
    });
  }

  async restart(): Promise<void> {
    this.#isReplacing = true;
    await this.stop();
    this.#isReplacing = false;
    this.#child = this.#start();
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const closed = once(this.#child, 'close');
    this.#child.kill('SIGTERM');
    await closed;
  }

  #start(): ChildProcess {
    const child = this.#spawn();
    child.on('close', (exitCode) => {
      if (!this.#isReplacing) this.#onEnd(exitCode ?? 1);
    });
    return child;
  }
}

/** Runs the browser host; its address comes over standard output. */
export function spawnBrowserHost(port: number): ChildProcess {
  const args = [fileURLToPath(serverUrl), '--no-open', '--port', String(port)];
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Runs the app in Electron, with windows that show the page of the development server. */
export function spawnElectron(file: string, pageUrl: string): ChildProcess {
  const env = { ...process.env, SWEATSHOP_DEV_URL: pageUrl };
  return spawn(file, [projectDir], { env, stdio: 'inherit' });
}
