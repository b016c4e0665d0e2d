import { parentPort, workerData } from 'node:worker_threads';
import { createEngine, type Engine } from '../core/database/engine.ts';
import { toWireError, type WireError } from '../shared/errors.ts';
import type { Inspection } from '../store/backups/image-inspector.ts';
import { inspectImage } from '../store/backups/inspect-image.ts';
import { systemClock } from '../store/clock.ts';
import { nodeFileSystem } from '../store/node-file-system.ts';

/** What the worker is started with: the bytes of sql-wasm.wasm, the number of the last migration. */
export type WorkerStart = { readonly wasm: Uint8Array; readonly newestSchemaVersion: number };

export type InspectionRequest = { readonly id: number; readonly file: string };

export type InspectionAnswer = { readonly id: number } & (
  { readonly inspection: Inspection } | { readonly error: WireError }
);

const { wasm, newestSchemaVersion } = workerData as WorkerStart;
const engine = createEngine(wasm, systemClock, newestSchemaVersion);

parentPort?.on('message', (request: InspectionRequest) => {
  void engine.then((ready) => {
    parentPort?.postMessage(answer(ready, request));
  });
});

function answer(ready: Engine, { id, file }: InspectionRequest): InspectionAnswer {
  try {
    return { id, inspection: inspectImage(nodeFileSystem, ready, file) };
  } catch (error) {
    return { id, error: toWireError(error) };
  }
}
