import { describe, expect, it } from 'vitest';
import {
  byNewest,
  formatBackupName,
  parseBackupName,
} from '../../../src/store/backups/backup-name.ts';
import { START_MS } from './backup-fixture.ts';

const TIME = '2026-06-01T12-00-00.000Z';

describe('the name of a backup', () => {
  it('says number, kind, target and time, and is read back', () => {
    expect(formatBackupName(7, 'hourly', START_MS, null)).toBe(`000007-hourly-${TIME}.db`);
    const name = formatBackupName(12, 'migration', START_MS, '0017_store_meta');
    expect(name).toBe(`000012-migration-0017_store_meta-${TIME}.db`);
    expect(parseBackupName(name)).toEqual({
      name,
      number: 12,
      kind: 'migration',
      target: 17,
      createdAt: '2026-06-01T12:00:00.000Z',
    });
  });

  it('has room for a millionth backup', () => {
    const name = formatBackupName(1_000_000, 'daily', START_MS, null);
    expect(parseBackupName(name)).toMatchObject({ number: 1_000_000, kind: 'daily' });
  });

  it.each([
    [`${TIME}-before-migration.db`, 'migration', '2026-06-01T12:00:00.000Z'],
    [`${TIME}-unsaved-2.db`, 'unsaved', '2026-06-01T12:00:00.000Z'],
    [`${TIME}-before.db`, 'manual', '2026-06-01T12:00:00.000Z'],
    ['my own copy.db', 'manual', null],
    ['000001-hourly-yesterday.db', 'manual', null],
    ['000001-hourly-2026-99-99T99-99-99.999Z.db', 'hourly', null],
  ])('of earlier times or other hands is understood: %s', (name, kind, createdAt) => {
    expect(parseBackupName(name)).toMatchObject({ name, kind, createdAt });
  });

  it.each([
    'previous.db',
    '.sweatshop-0123456789abcdef.tmp',
    '.hidden.db',
    'notes.txt',
    'x.db-wal',
  ])('is not %s', (name) => {
    expect(parseBackupName(name)).toBeNull();
  });

  it('orders by number and not by time (row 53)', () => {
    const names = [
      `000002-hourly-2036-01-01T00-00-00.000Z.db`,
      `000010-daily-1999-01-01T00-00-00.000Z.db`,
      `${TIME}-unsaved.db`,
      `000009-manual-${TIME}.db`,
    ];
    const sorted = names.map((name) => parseBackupName(name)).filter((one) => one !== null);
    expect(sorted.sort(byNewest).map(({ number }) => number)).toEqual([10, 9, 2, 0]);
  });
});
