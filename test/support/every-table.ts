import { writeFileSync } from 'node:fs';
import type { Database } from '../../src/core/database/database.ts';
import { builtInMigrations, migrate } from '../../src/core/migrations.ts';
import { DEFAULT_JOURNEY_SETTINGS } from '../../src/shared/types.ts';
import { ManualClock } from './manual-clock.ts';
import { insertOldRows } from './old-rows.ts';
import { openTestImage } from './test-app.ts';

/** Makes a database file with rows in every table, as the migrations of years would have left them. */
export async function writeEveryTable(file: string): Promise<void> {
  const clock = new ManualClock();
  const database: Database = await openTestImage(null, clock);
  for (const [index, { name }] of builtInMigrations.entries()) {
    await migrate(database, builtInMigrations.slice(0, index + 1), clock, () => undefined);
    insertOldRows(database, name);
  }
  database.run('UPDATE journeys SET settings = ?', [JSON.stringify(DEFAULT_JOURNEY_SETTINGS)]);
  writeFileSync(file, database.snapshot());
  database.close();
}
