import { SweatShopError } from '../../shared/errors.ts';
import type { Database } from './database.ts';

/** "SWSP": tells `file` and other tools whose database this is. */
export const APPLICATION_ID = 0x53575350;

/** @throws SweatShopError Conflict when the database says that it is another program's. */
export function assertOwn(database: Database): void {
  const applicationId = Number(database.get('PRAGMA application_id')?.[0]);
  if (applicationId === 0 || applicationId === APPLICATION_ID) return;
  throw new SweatShopError(
    'Conflict',
    `The database belongs to another program (application_id ${String(applicationId)}). ` +
      'Move the file to another place and start again.',
    { applicationId },
  );
}
