import { describe, expect, it } from 'vitest';
import type { BackupKind } from '../../../src/shared/entities/backup.ts';
import { expendableBackups, type RatedBackup } from '../../../src/store/backups/rotation.ts';

/** Backups numbered downwards from their count, so that the first is the newest. */
function rated(kind: BackupKind, tickets: readonly (number | null)[]): RatedBackup[] {
  return tickets.map((count, index) => {
    const number = tickets.length - index;
    const target = kind === 'migration' ? number : null;
    return {
      backup: { name: String(number), number, kind, target, createdAt: null },
      tickets: count,
    };
  });
}

function expendable(
  kind: BackupKind,
  tickets: readonly (number | null)[],
  schemaVersion = 0,
): number[] {
  return expendableBackups(rated(kind, tickets), kind, schemaVersion).map(({ number }) => number);
}

function times(count: number, tickets: number | null): (number | null)[] {
  return Array.from({ length: count }, () => tickets);
}

describe('rotation', () => {
  it.each([
    ['hourly', 24],
    ['daily', 7],
    ['migration', 10],
    ['replaced', 20],
    ['foreign', 20],
    ['unsaved', 20],
  ] as const)('keeps of %s the newest %i', (kind, kept) => {
    expect(expendable(kind, times(kept, 5))).toEqual([]);
    expect(expendable(kind, times(kept + 2, 5))).toEqual([2, 1]);
  });

  it('keeps every manual backup', () => {
    expect(expendable('manual', times(500, 5))).toEqual([]);
  });

  it('keeps a backup as long as each newer one holds less than half its tickets', () => {
    expect(expendable('daily', [...times(7, 49), 100, 100])).toEqual([1]);
    expect(expendable('daily', [...times(7, 50), 100, 100])).toEqual([2, 1]);
    expect(expendable('daily', [...times(7, 0), 1])).toEqual([]);
    expect(expendable('daily', [...times(7, 0), 0])).toEqual([1]);
  });

  it('keeps few of many in a database that only shrinks', () => {
    const shrinking = Array.from({ length: 1_000 }, (_, index) => 1_000 + index);
    expect(expendable('hourly', shrinking)).toHaveLength(1_000 - 24);
    const halving = Array.from({ length: 7 + 10 }, (_, index) => 3 ** index);
    expect(expendable('daily', halving)).toEqual([]);
  });

  it('neither counts nor removes what is not sound (row 27)', () => {
    const backups = [...times(20, null), ...times(24, 5), null, 5];
    expect(expendable('hourly', backups)).toEqual([1]);
    expect(expendable('hourly', [...times(30, null), ...times(24, 5)])).toEqual([]);
  });

  it('keeps the copy from before the present schema, whatever was attempted since (row 59)', () => {
    const backups = times(20, 5);
    expect(expendable('migration', backups, 3)).toEqual([10, 9, 8, 7, 6, 5, 4, 2, 1]);
    expect(expendable('migration', backups, 20)).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
  });
});
