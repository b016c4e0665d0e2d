import type { ParsedSource } from '../core/importers/import-row.ts';
import { SweatShopError } from '../shared/errors.ts';
import type { SweatShopApi } from '../shared/ipc-channels.ts';
import { MAX_ROWS_PER_CALL, type ImportReport, type ImportRow } from '../shared/types.ts';

/** Well below what one message may have. */
const MAX_BYTES_PER_CALL = 4_000_000;
/** What one row may have, so that it fits a message by itself. */
const MAX_ROW_BYTES = 12_000_000;

/**
 * Hands a source over and has it imported; what goes wrong or is interrupted before that leaves nothing behind.
 *
 * @param onProgress Told of what is being done, and how many of how many rows are done.
 * @throws SweatShopError InvalidInput for a row that no message can carry, and as `imports.finish` does.
 */
export async function uploadSource(
  api: SweatShopApi,
  { source, rows }: ParsedSource,
  dryRun: boolean,
  onProgress: (label: string, done: number, total: number) => void,
): Promise<ImportReport> {
  const { uploadId } = await api.imports.begin(source);
  const cancel = () => api.imports.cancel(uploadId);
  try {
    await withInterrupt(cancel, async () => {
      let done = 0;
      for (const chunk of chunksOf(rows)) {
        onProgress('Sending', done, rows.length);
        await api.imports.add(uploadId, chunk);
        done += chunk.length;
      }
      onProgress('Sending', done, rows.length);
    });
  } catch (error) {
    await cancel().catch(() => undefined);
    throw error;
  }
  const stop = api.imports.onProgress((progress) => {
    if (progress.uploadId !== uploadId) return;
    onProgress(dryRun ? 'Comparing' : 'Importing', progress.done, progress.total);
  });
  try {
    return await api.imports.finish(uploadId, { dryRun });
  } finally {
    stop();
  }
}

/** Divides rows so that no call has too many, or too much. */
function* chunksOf(rows: readonly ImportRow[]): Generator<ImportRow[]> {
  let chunk: ImportRow[] = [];
  let bytes = 0;
  for (const row of rows) {
    const size = Buffer.byteLength(JSON.stringify(row));
    if (size > MAX_ROW_BYTES) {
      const message = `${row.place}: the row has ${size.toLocaleString('en')} bytes; at most ${MAX_ROW_BYTES.toLocaleString('en')} can be imported`;
      throw new SweatShopError('InvalidInput', message, { place: row.place });
    }
    if (chunk.length >= MAX_ROWS_PER_CALL || bytes + size > MAX_BYTES_PER_CALL) {
      if (chunk.length > 0) yield chunk;
      chunk = [];
      bytes = 0;
    }
    chunk.push(row);
    bytes += size;
  }
  if (chunk.length > 0) yield chunk;
}

/** Ends the process on Ctrl+C as ever, after what was handed over is dropped. */
async function withInterrupt(
  cancel: () => Promise<void>,
  work: () => Promise<void>,
): Promise<void> {
  const endings: Promise<unknown>[] = [];
  const end = () => {
    const ended = cancel().catch(() => undefined);
    endings.push(ended.then(() => process.kill(process.pid, 'SIGINT')));
  };
  process.once('SIGINT', end);
  try {
    await work();
  } finally {
    process.off('SIGINT', end);
    // What is handed over meanwhile fails, which is nothing to tell: the signal is what ends the process.
    await Promise.all(endings);
  }
}
