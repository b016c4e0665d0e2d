import { EventEmitter } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';

type AppWindow = { close(): void };

/** `app` of Electron: its paths, its single instance and the order of events in which it quits. */
export class Lifecycle extends EventEmitter {
  readonly isPackaged = false;
  readonly #appDir: string;
  readonly #paths = new Map<string, string>();
  readonly #openWindows: () => AppWindow[];
  readonly #end: (exitCode: number) => void;
  #isReady = false;
  #isQuitting = false;

  constructor(options: {
    appDir: string;
    userData: string;
    openWindows: () => AppWindow[];
    end: (exitCode: number) => void;
  }) {
    super();
    this.#appDir = options.appDir;
    this.#paths.set('userData', options.userData);
    this.#openWindows = options.openWindows;
    this.#end = options.end;
  }

  /** @throws Error when it is too late for what may be done only before the app is ready. */
  expectNotReady(): void {
    if (this.#isReady) throw new Error('This must be done before the app is ready.');
  }

  enableSandbox(): void {
    this.expectNotReady();
  }

  async whenReady(): Promise<void> {
    await Promise.resolve();
    this.#isReady = true;
  }

  getVersion(): string {
    const file = path.join(this.#appDir, 'package.json');
    return (JSON.parse(fs.readFileSync(file, 'utf8')) as { version: string }).version;
  }

  getPath(name: string): string {
    return this.#paths.get(name) ?? '';
  }

  setPath(name: string, folder: string): void {
    if (!fs.existsSync(folder)) throw new Error(`Failed to set path ${folder}`);
    this.#paths.set(name, folder);
  }

  /** The first process of a profile has the lock; a later one wakes it up. */
  requestSingleInstanceLock(): boolean {
    const file = path.join(this.getPath('userData'), 'SingletonLock');
    process.on('SIGUSR2', () => this.emit('second-instance', {}, [], ''));
    try {
      fs.writeFileSync(file, String(process.pid), { flag: 'wx' });
      process.on('exit', () => {
        fs.rmSync(file, { force: true });
      });
      return true;
    } catch {
      process.kill(Number(fs.readFileSync(file, 'utf8')), 'SIGUSR2');
      return false;
    }
  }

  /** Windows close first, then `will-quit` may hold the quit up; whoever does so quits again later. */
  quit(): void {
    if (this.#isQuitting) return;
    this.#isQuitting = true;
    if (this.#isPrevented('before-quit')) return;
    for (const window of this.#openWindows()) window.close();
    if (this.#isPrevented('will-quit')) return;
    this.exit(0);
  }

  exit(exitCode: number): void {
    this.emit('quit', {}, exitCode);
    this.#end(exitCode);
  }

  /** Called when a window has closed. */
  afterWindowClosed(): void {
    if (this.#isQuitting || this.#openWindows().length > 0) return;
    if (this.listenerCount('window-all-closed') > 0) this.emit('window-all-closed');
    else this.quit();
  }

  #isPrevented(name: string): boolean {
    const event = { isPrevented: false, preventDefault: () => (event.isPrevented = true) };
    this.emit(name, event);
    // Only what is prevented while the event is emitted counts.
    if (event.isPrevented) this.#isQuitting = false;
    return event.isPrevented;
  }
}
