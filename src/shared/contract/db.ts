import * as v from 'valibot';
import { BackupSchema } from '../entities/backup.ts';
import { DbStatusSchema } from '../entities/db-status.ts';
import { ProblemSchema } from '../entities/problem.ts';
import { CheckReportSchema, CONFLICT_SIDES, RecoveryReportSchema } from '../entities/recovery.ts';
import { arg, channel, pushEvent } from './define.ts';

export const db = {
  status: channel(
    'db:status',
    'Tells where the database is, what is saved and what is not.',
    [],
    DbStatusSchema,
  ),
  flush: channel('db:flush', 'Saves now, and tells how it went.', [], DbStatusSchema, ['Conflict']),
  check: channel(
    'db:check',
    'Reads every file of the database and tells which are sound.',
    [],
    CheckReportSchema,
  ),
  problems: channel(
    'db:problems',
    'Lists what another program left unreadable: table, row, column and why; lists leave such rows out.',
    [],
    v.array(ProblemSchema),
  ),
  backups: channel(
    'db:backups',
    'Lists the backups, newest first, with what each holds.',
    [],
    v.array(BackupSchema),
  ),
  backup: channel('db:backup', 'Makes a backup of the present state now.', [], BackupSchema, [
    'Conflict',
  ]),
  restore: channel(
    'db:restore',
    'Puts a backup in the place of the present state, which is kept as a backup.',
    [arg('name', v.string())],
    DbStatusSchema,
    ['NotFound', 'Conflict'],
  ),
  reset: channel(
    'db:reset',
    'Puts an empty database in the place of the present state, which is kept as a backup.',
    [],
    DbStatusSchema,
    ['Conflict'],
  ),
  resolveConflict: channel(
    'db:resolve-conflict',
    'Decides whose version stays after another program changed the file; the other one is kept as a backup.',
    [arg('side', v.picklist(CONFLICT_SIDES))],
    DbStatusSchema,
    ['Conflict'],
  ),
  recovery: channel(
    'db:recovery',
    'Tells what damage the start found and what can be done; null when the database is open.',
    [],
    v.nullable(RecoveryReportSchema),
  ),
  recover: channel(
    'db:recover',
    'Goes on with one of the options of the recovery report; everything else is kept aside.',
    [arg('optionId', v.string())],
    DbStatusSchema,
    ['Conflict'],
  ),
};

export const dbEvents = {
  onChanged: pushEvent(
    'db:changed',
    'Sent after each commit: for each table the ids of the rows that changed, or null where any may have.',
    v.object({ tables: v.record(v.string(), v.nullable(v.array(v.string()))) }),
  ),
  onStatusChanged: pushEvent(
    'db:status-changed',
    'Sent when saving starts, ends or fails, and when a recovery is over.',
    DbStatusSchema,
  ),
};
