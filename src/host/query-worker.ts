import { parentPort, workerData } from 'node:worker_threads';
import { createEngine } from '../core/database/engine.ts';
import { answerQuery, type QueryAnswer } from '../core/database/select-query.ts';
import { toWireError, type WireError } from '../shared/errors.ts';
import { systemClock } from '../store/clock.ts';

/** What the worker is started with; the bytes are its own. */
export type QueryStart = {
  readonly wasm: Uint8Array;
  readonly image: Uint8Array;
  readonly sql: string;
  readonly maxRows: number;
};

/** `ready` comes first: from then on the time counts. */
export type QueryMessage =
  { readonly ready: true } | { readonly answer: QueryAnswer } | { readonly error: WireError };

/** The image itself does not count. */
const MEMORY_BYTES = 256_000_000;
const MAX_ANSWER_BYTES = 64_000_000;

async function run({ wasm, image, sql, maxRows }: QueryStart): Promise<void> {
  try {
    // Nothing here asks which migrations there are.
    const reader = (await createEngine(wasm, systemClock, 0)).read(image);
    reader.handle.exec(`PRAGMA hard_heap_limit = ${String(MEMORY_BYTES)}`);
    post({ ready: true });
    post({ answer: answerQuery(reader, sql, { maxRows, maxBytes: MAX_ANSWER_BYTES }) });
  } catch (error) {
    post({ error: toWireError(error) });
  }
}

function post(message: QueryMessage): void {
  parentPort?.postMessage(message);
}

void run(workerData as QueryStart);
