import { Worker } from 'node:worker_threads';
import { newestSchemaVersion } from '../core/migrations.ts';
import { fromWireError, SweatShopError } from '../shared/errors.ts';
import type { ImageInspector, Inspection } from '../store/backups/image-inspector.ts';
import type {
  InspectionAnswer,
  InspectionRequest,
  WorkerStart,
} from './image-inspection-worker.ts';
import { workerFile } from './worker-file.ts';

/** A thread that has nothing to do costs memory; to start one costs some 50 ms. */
const IDLE_MS = 5_000;

type Waiting = {
  readonly resolve: (inspection: Inspection) => void;
  readonly reject: (error: SweatShopError) => void;
};

/**
 * Opens and checks images in a thread of its own, started when it is needed: 100 MB take half a second.
 *
 * A thread that dies, for want of memory for example, rejects what waits for it with Unavailable; the next image gets
 * another one.
 *
 * @param wasm The bytes of sql-wasm.wasm.
 */
export function createImageInspector(wasm: Uint8Array): ImageInspector {
  return new WorkerInspector(wasm, workerFile('image-inspection-worker'));
}

class WorkerInspector implements ImageInspector {
  readonly #wasm: Uint8Array;
  readonly #file: string;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #idleTimer: NodeJS.Timeout | undefined;
  #lastId = 0;
  #isClosed = false;

  constructor(wasm: Uint8Array, file: string) {
    this.#wasm = wasm;
    this.#file = file;
  }

  inspect(file: string): Promise<Inspection> {
    if (this.#isClosed) return Promise.reject(closing());
    clearTimeout(this.#idleTimer);
    const worker = (this.#worker ??= this.#start());
    worker.ref();
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.postMessage({ id, file } satisfies InspectionRequest);
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#idleTimer);
    const worker = this.#worker;
    this.#rejectAll(closing());
    await worker?.terminate();
  }

  #start(): Worker {
    const worker = new Worker(this.#file, {
      workerData: { wasm: this.#wasm, newestSchemaVersion } satisfies WorkerStart,
      name: 'image-inspection',
    });
    worker.on('message', (answer: InspectionAnswer) => {
      this.#settle(answer);
    });
    const giveUp = (cause: unknown) => {
      if (this.#worker === worker) this.#rejectAll(died(cause));
    };
    worker.on('error', giveUp);
    worker.on('exit', giveUp);
    return worker;
  }

  #settle(answer: InspectionAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ('inspection' in answer) waiting?.resolve(answer.inspection);
    else waiting?.reject(fromWireError(answer.error));
    if (this.#waiting.size === 0) this.#rest();
  }

  /** A thread that rests must not keep the process alive. */
  #rest(): void {
    this.#worker?.unref();
    this.#idleTimer = setTimeout(() => {
      const worker = this.#worker;
      this.#worker = null;
      void worker?.terminate();
    }, IDLE_MS).unref();
  }

  /** Rejects what waits, and lets the thread go. */
  #rejectAll(error: SweatShopError): void {
    this.#worker = null;
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of all) reject(error);
  }
}

function died(cause: unknown): SweatShopError {
  return new SweatShopError(
    'Unavailable',
    'The check of a database ended early, perhaps for want of memory. Try again.',
    {},
    cause,
  );
}

function closing(): SweatShopError {
  return new SweatShopError('Unavailable', 'SweatShop is closing.');
}
