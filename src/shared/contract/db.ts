import * as v from 'valibot';
import { DbStatusSchema } from '../entities/db-status.ts';
import { ProblemSchema } from '../entities/problem.ts';
import { channel, pushEvent } from './define.ts';

export const db = {
  status: channel(
    'db:status',
    'Tells where the database is, what is saved and what is not.',
    [],
    DbStatusSchema,
  ),
  flush: channel('db:flush', 'Saves now, and tells how it went.', [], DbStatusSchema),
  problems: channel(
    'db:problems',
    'Lists what another program left unreadable: table, row, column and why; lists leave such rows out.',
    [],
    v.array(ProblemSchema),
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
    'Sent when saving starts, ends or fails.',
    DbStatusSchema,
  ),
};
