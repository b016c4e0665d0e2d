import { beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../../src/core/database/database.ts';
import { findDamage } from '../../../src/core/database/integrity.ts';
import { builtInMigrations } from '../../../src/core/migrations.ts';
import { insertOldRows } from '../../support/old-rows.ts';
import { openTestDatabase, openTestImage } from '../../support/test-app.ts';

const PAGE_SIZE = 4096;

let database: Database;

beforeEach(async () => {
  database = await openTestDatabase();
  for (const { name } of builtInMigrations) insertOldRows(database, name);
});

/** Overwrites the page on which a table or index starts. */
function imageWithoutPageOf(name: string): Uint8Array {
  const page = Number(
    database.get('SELECT rootpage FROM sqlite_schema WHERE name = ?', [name])?.[0],
  );
  const image = database.snapshot();
  image.fill(0xff, (page - 1) * PAGE_SIZE, page * PAGE_SIZE);
  return image;
}

describe('findDamage', () => {
  it('finds nothing in a sound database, and changes nothing', () => {
    const before = database.snapshot();
    expect(findDamage(database)).toEqual([]);
    expect(database.snapshot()).toEqual(before);
    database.run("UPDATE tickets SET title = 'Renewed' WHERE id = 'tkt_old'");
    expect(
      database.all("SELECT docid FROM tickets_fts WHERE tickets_fts MATCH 'renewed'"),
    ).toHaveLength(1);
    expect(() => database.run("UPDATE tickets SET kind = 'x'")).toThrow(/CHECK|refuses/);
    expect(database.get('PRAGMA foreign_keys')).toEqual([1]);
  });

  it.each(['tickets', 'tickets_by_status', 'tickets_fts_segdir'])(
    'makes a file with a broken page of %s one that is refused',
    async (name) => {
      await expect(openTestImage(imageWithoutPageOf(name))).rejects.toMatchObject({
        code: 'DatabaseCorrupt',
      });
    },
  );

  it('does not call an index out of step, or a value no column allows, damage', async () => {
    database.run("INSERT INTO tickets_fts (docid, title) VALUES (99, 'nowhere')");
    database.exec('PRAGMA ignore_check_constraints = ON');
    database.run("UPDATE tickets SET kind = 'x' WHERE id = 'tkt_old'");
    expect(database.all('PRAGMA integrity_check')).not.toEqual([['ok']]);
    const opened = await openTestImage(database.snapshot());
    expect(opened.get("SELECT kind FROM tickets WHERE id = 'tkt_old'")).toEqual(['x']);
    opened.close();
  });
});
