import type { Storage } from '../../src/core/ports/storage.ts';
import { SweatShopError } from '../../src/shared/errors.ts';
import type { Backup, DbStatus, RecoveryReport } from '../../src/shared/types.ts';

/** Stands for a disk that always works and keeps no second copy, for tests that are not about the disk. */
export class MemoryStorage implements Storage {
  readonly #listeners = new Set<(status: DbStatus) => void>();
  readonly #backups: Backup[] = [];
  #flushes = 0;

  status(): DbStatus {
    return {
      path: '/home/person/.sweatshop/sweatshop.db',
      bytes: 4096,
      state: 'saved',
      owner: { pid: 1, host: 'here' },
      seq: this.#flushes,
      durableSeq: this.#flushes,
      publishedSeq: this.#flushes,
      publishedAt: '2026-01-01T00:00:00.000Z',
      lastError: null,
      notices: [],
    };
  }

  whenDurable(): Promise<void> {
    return Promise.resolve();
  }

  flush(): Promise<DbStatus> {
    this.#flushes += 1;
    for (const listener of this.#listeners) listener(this.status());
    return Promise.resolve(this.status());
  }

  check() {
    return Promise.resolve({ isSound: true, checks: [] });
  }

  backups() {
    return Promise.resolve(this.#backups);
  }

  backup() {
    const name = `${String(this.#backups.length + 1).padStart(6, '0')}-manual.db`;
    const backup: Backup = {
      name,
      path: `/home/person/.sweatshop/backups/${name}`,
      kind: 'manual',
      createdAt: '2026-01-01T00:00:00.000Z',
      bytes: 4096,
      facts: { seq: 0, tickets: 0, changedAt: null },
      problem: null,
    };
    this.#backups.unshift(backup);
    return Promise.resolve(backup);
  }

  restore() {
    return noDisk();
  }

  reset() {
    return noDisk();
  }

  resolveConflict() {
    return noDisk();
  }

  recovery(): RecoveryReport | null {
    return null;
  }

  recover(optionId: string): Promise<DbStatus> {
    return Promise.reject(new SweatShopError('Conflict', `Nothing waits for ${optionId}.`));
  }

  onStatusChanged(listener: (status: DbStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

function noDisk(): Promise<never> {
  return Promise.reject(new SweatShopError('Unavailable', 'There is no disk in this test.'));
}
