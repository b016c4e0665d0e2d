import type { BackupKind } from '../../shared/entities/backup.ts';
import type { BackupName } from './backup-name.ts';

/** How many sound backups of a kind stay; of `manual` ones all do. */
const KEPT: Readonly<Record<Exclude<BackupKind, 'manual'>, number>> = {
  hourly: 24,
  daily: 7,
  migration: 10,
  replaced: 20,
  foreign: 20,
  unsaved: 20,
};

/** A backup, and what it would give back: null for one that is not sound or could not be looked at. */
export type RatedBackup = { readonly backup: BackupName; readonly tickets: number | null };

/** Tells how many sound backups of a kind stay. */
export function keptOf(kind: BackupKind): number {
  return kind === 'manual' ? Infinity : KEPT[kind];
}

/**
 * Tells which backups of one kind may go.
 *
 * The newest stay, as many as the kind allows. One behind them goes only when a newer one that stays is sound and holds
 * at least half as many tickets: a database that lost most of its content must not push its good copies out. Half, since
 * with any stricter measure a single deleted ticket would keep every older backup for ever. What is not sound neither
 * counts nor goes.
 *
 * @param newestFirst All backups of the kind.
 * @param schemaVersion The number of the last migration of the present database; the copy from before that one stays.
 */
export function expendableBackups(
  newestFirst: readonly RatedBackup[],
  kind: BackupKind,
  schemaVersion: number,
): BackupName[] {
  const stepBack = newestFirst.find(
    ({ backup: { target }, tickets }) =>
      tickets !== null && target !== null && target <= schemaVersion,
  );
  const expendable: BackupName[] = [];
  let kept = 0;
  let mostTickets = 0;
  for (const rated of newestFirst) {
    if (rated.tickets === null) continue;
    const isReplaced = kept >= keptOf(kind) && mostTickets * 2 >= rated.tickets;
    if (isReplaced && rated !== stepBack) {
      expendable.push(rated.backup);
    } else {
      kept += 1;
      mostTickets = Math.max(mostTickets, rated.tickets);
    }
  }
  return expendable;
}
