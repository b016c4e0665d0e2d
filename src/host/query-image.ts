import { Worker } from 'node:worker_threads';
import type { QueryAnswer } from '../core/database/select-query.ts';
import { fromWireError, SweatShopError } from '../shared/errors.ts';
import type { QueryMessage, QueryStart } from './query-worker.ts';
import { workerFile } from './worker-file.ts';

export type { Cell } from '../core/database/image-reader.ts';
export type { QueryAnswer } from '../core/database/select-query.ts';

/**
 * Answers a SELECT from a copy of the database, in a thread that ends with the answer or the time.
 *
 * @param start The image belongs to the thread from now on.
 * @throws SweatShopError as `answerQuery`; LimitReached when the time is over; Unavailable when the thread dies.
 */
export function queryImage(
  start: QueryStart & { readonly timeoutMs: number },
): Promise<QueryAnswer> {
  const { timeoutMs, image, ...rest } = start;
  // A buffer that others look into too cannot be handed over.
  const own = image.byteLength === image.buffer.byteLength ? image : image.slice();
  const worker = new Worker(workerFile('query-worker'), {
    workerData: { ...rest, image: own } satisfies QueryStart,
    transferList: [own.buffer as ArrayBuffer],
    name: 'query',
  });
  let timer: NodeJS.Timeout | undefined;
  return new Promise<QueryAnswer>((resolve, reject) => {
    worker.on('message', (message: QueryMessage) => {
      if ('answer' in message) resolve(message.answer);
      else if ('error' in message) reject(fromWireError(message.error));
      else {
        timer = setTimeout(() => {
          reject(overtime(timeoutMs));
        }, timeoutMs);
      }
    });
    const die = (cause: unknown) => {
      reject(died(cause));
    };
    worker.on('error', die);
    worker.on('exit', die);
  }).finally(async () => {
    clearTimeout(timer);
    await worker.terminate();
  });
}

function overtime(timeoutMs: number): SweatShopError {
  return new SweatShopError(
    'LimitReached',
    `The query took longer than ${String(timeoutMs / 1_000)} s and was ended. Ask for less, or give it longer with --timeout.`,
  );
}

function died(cause: unknown): SweatShopError {
  return new SweatShopError(
    'Unavailable',
    'The query ended early, perhaps for want of memory. Ask for fewer or shorter values.',
    {},
    cause,
  );
}
