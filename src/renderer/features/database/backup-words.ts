import type { Backup, BackupKind } from '../../../shared/entities/backup.ts';
import type { DbStatus } from '../../../shared/entities/db-status.ts';
import { fileSize } from '../../ui/size.ts';
import { inFull } from '../../ui/time.ts';

/** Why a backup was made, in front of people. */
export const BACKUP_WORDS: Readonly<Record<BackupKind, string>> = {
  hourly: 'Hourly',
  daily: 'Daily',
  migration: 'Before an update',
  manual: 'By hand',
  replaced: 'Before a restore',
  foreign: 'Changed elsewhere',
  unsaved: 'Rescued',
};

/** A name and a value of a version of the database. */
export type Fact = readonly [string, string];

/** Says a time, or that there is none. */
export function when(timestamp: string | null, missing: string): string {
  return timestamp === null ? missing : inFull(timestamp);
}

/** Says what a backup holds. */
export function backupFacts({ facts, bytes, createdAt }: Backup): Fact[] {
  return [
    ['Tickets', facts === null ? 'Not known' : facts.tickets.toLocaleString('en')],
    ['Size', fileSize(bytes)],
    ['Last change', facts === null ? 'Not known' : when(facts.changedAt, 'None yet')],
    ['Made', when(createdAt, 'Not known')],
  ];
}

/** Says what is open now. */
export function presentFacts({ publishedAt, bytes }: DbStatus, tickets: number): Fact[] {
  return [
    ['Tickets', tickets.toLocaleString('en')],
    ['Size', fileSize(bytes)],
    ['Last saved', when(publishedAt, 'Never')],
  ];
}
