import { SweatShopError } from '../../shared/errors.ts';
import type { ImportRow, ImportSource } from '../../shared/types.ts';
import type { Clock } from '../ports/clock.ts';
import { createId } from './context.ts';

const MAX_UPLOADS = 4;
const MAX_ROWS = 2_000_000;
const MAX_IDLE_MS = 10 * 60_000;
/** Who is at work hands over more well before that; only another import that needs the room ends one so early. */
const MAX_IDLE_WHEN_FULL_MS = 60_000;

/** The rows of a source as far as they were handed over. */
export type Upload = { readonly source: ImportSource; readonly rows: ImportRow[] };

/** Keeps what is handed over for imports that are not finished yet. */
export class ImportUploads {
  readonly #clock: Clock;
  readonly #uploads = new Map<string, Upload & { lastUsedMs: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @throws SweatShopError LimitReached when too many are open. */
  begin(source: ImportSource): string {
    this.#dropIdle(MAX_IDLE_MS);
    if (this.#uploads.size >= MAX_UPLOADS) this.#dropIdle(MAX_IDLE_WHEN_FULL_MS);
    if (this.#uploads.size >= MAX_UPLOADS) {
      throw new SweatShopError(
        'LimitReached',
        `${String(MAX_UPLOADS)} imports are under way. Wait for one of them to end.`,
        { limit: MAX_UPLOADS },
      );
    }
    const id = createId('upload');
    this.#uploads.set(id, { source, rows: [], lastUsedMs: this.#clock.nowMs() });
    return id;
  }

  /**
   * Keeps rows.
   *
   * @returns How many there are by now.
   * @throws SweatShopError NotFound; LimitReached when they become too many.
   */
  add(id: string, rows: readonly ImportRow[]): number {
    const upload = this.#get(id);
    if (upload.rows.length + rows.length > MAX_ROWS) {
      throw new SweatShopError(
        'LimitReached',
        `An import can have at most ${String(MAX_ROWS)} rows. Divide the source.`,
        { limit: MAX_ROWS },
      );
    }
    for (const row of rows) upload.rows.push(row);
    upload.lastUsedMs = this.#clock.nowMs();
    return upload.rows.length;
  }

  /**
   * Gives everything that was handed over, and forgets it.
   *
   * @throws SweatShopError NotFound.
   */
  take(id: string): Upload {
    const upload = this.#get(id);
    this.#uploads.delete(id);
    return upload;
  }

  #get(id: string) {
    this.#dropIdle(MAX_IDLE_MS);
    const upload = this.#uploads.get(id);
    if (upload) return upload;
    throw new SweatShopError(
      'NotFound',
      'This import is not under way. It was ended, or waited for longer than ten minutes; start it again.',
      { entity: 'import', id },
    );
  }

  #dropIdle(maxIdleMs: number): void {
    const nowMs = this.#clock.nowMs();
    for (const [id, { lastUsedMs }] of this.#uploads) {
      if (nowMs - lastUsedMs > maxIdleMs) this.#uploads.delete(id);
    }
  }
}
