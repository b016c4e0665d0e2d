import { BACKUP_KINDS, type BackupKind } from '../../shared/entities/backup.ts';

/** What the name of a backup says. */
export type BackupName = {
  readonly name: string;
  /** By this alone backups are ordered; 0 for a file that was not named here. */
  readonly number: number;
  readonly kind: BackupKind;
  /** Of a `migration` backup the number of the migration that it was made for; null where the name does not say. */
  readonly target: number | null;
  readonly createdAt: string | null;
};

/** The generation before sweatshop.db: no backup of its own, though it lies among them. */
export const PREVIOUS_NAME = 'previous.db';

const TIME = String.raw`(\d{4}-\d\d-\d\dT\d\d)-(\d\d)-(\d\d\.\d{3}Z)`;
const NUMBERED = new RegExp(
  String.raw`^(\d{6,15})-(${BACKUP_KINDS.join('|')})(?:-(\d{4})_[a-z0-9_]+)?-${TIME}\.db$`,
);
/** As backups were named before they had numbers: time and reason. */
const UNNUMBERED = new RegExp(String.raw`^${TIME}-([a-z0-9_-]+)\.db$`);

/**
 * Makes the name of a backup.
 *
 * @param target The name of the migration that a `migration` backup is made for, such as `0017_store_meta`.
 */
export function formatBackupName(
  number: number,
  kind: BackupKind,
  nowMs: number,
  target: string | null,
): string {
  const digits = String(number).padStart(6, '0');
  // A colon is not allowed in names on Windows.
  const time = new Date(nowMs).toISOString().replaceAll(':', '-');
  return [digits, kind, ...(target === null ? [] : [target]), `${time}.db`].join('-');
}

/** Reads the name of a file in the folder backups; null for one that is no backup. */
export function parseBackupName(name: string): BackupName | null {
  if (!name.endsWith('.db') || name.startsWith('.') || name === PREVIOUS_NAME) return null;
  const numbered = NUMBERED.exec(name);
  if (numbered) {
    const [, digits, kind, target, hours = '', minutes = '', seconds = ''] = numbered;
    return {
      name,
      number: Number(digits),
      kind: kind as BackupKind,
      target: target === undefined ? null : Number(target),
      createdAt: toTimestamp(hours, minutes, seconds),
    };
  }
  const [, hours = '', minutes = '', seconds = '', reason = ''] = UNNUMBERED.exec(name) ?? [];
  const createdAt = toTimestamp(hours, minutes, seconds);
  return { name, number: 0, kind: kindOf(reason), target: null, createdAt };
}

/** Puts the newest first; names decide between files without a number. */
export function byNewest(one: BackupName, other: BackupName): number {
  if (one.number !== other.number) return other.number - one.number;
  return one.name < other.name ? 1 : -1;
}

/** Whatever nobody here gave a kind was put there by a person. */
function kindOf(reason: string): BackupKind {
  if (reason.startsWith('before-')) return 'migration';
  return reason.startsWith('unsaved') ? 'unsaved' : 'manual';
}

function toTimestamp(hours: string, minutes: string, seconds: string): string | null {
  const text = `${hours}:${minutes}:${seconds}`;
  return Number.isNaN(Date.parse(text)) ? null : text;
}
