import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Database } from '../../../src/core/database/database.ts';
import { openNotes, noteEngine } from '../../support/note-engine.ts';

let database: Database;
let image: Uint8Array;

beforeEach(async () => {
  const notes = await openNotes(null);
  database = notes.database;
  notes.add('one');
  image = database.snapshot();
});

describe('an engine', () => {
  it.each([
    ['nothing', () => new Uint8Array(0)],
    ['text', () => new TextEncoder().encode('this is no database at all'.repeat(100))],
    ['half a database', () => image.slice(0, image.length / 2)],
    ['a database without its last byte', () => image.slice(0, -1)],
    ['a database without its last page', () => image.slice(0, -4096)],
    ['a database with a page too many', () => Uint8Array.from([...image, ...new Uint8Array(4096)])],
    ['a page of zeros', () => image.slice().fill(0, 4096, 8192)],
  ])('refuses %s as corrupt', async (_what, damaged) => {
    const engine = await noteEngine();
    expect(() => engine.open(damaged())).toThrow(
      expect.objectContaining({ code: 'DatabaseCorrupt' }),
    );
  });

  it.each([
    ['a journal of its own', 1],
    ['a write-ahead log', 2],
  ])(
    'leaves the bytes of a file with %s as they are, whatever is written later',
    async (_what, mode) => {
      const buffer = Buffer.from(image);
      buffer.fill(mode, 18, 20);
      const before = Uint8Array.from(buffer);
      const opened = (await noteEngine()).open(buffer);
      opened.run("INSERT INTO notes VALUES ('two')");
      expect(before.every((byte, index) => byte === buffer[index])).toBe(true);
      opened.close();
    },
  );

  it.each([
    ['a new database', () => null],
    ['an image', () => image],
  ])('lets %s grow without copying its file again and again', async (_what, content) => {
    const engine = await noteEngine();
    const filesMade = (willGrow: boolean): number => {
      const opened = engine.open(content(), { willGrow });
      opened.exec('CREATE TABLE blobs (content BLOB)');
      let count = 0;
      const counting = new Proxy(Uint8Array, {
        construct(target, args) {
          if (typeof args[0] === 'number' && args[0] > 1_000_000) count += 1;
          return Reflect.construct(target, args) as object;
        },
      });
      vi.stubGlobal('Uint8Array', counting);
      opened.exec('INSERT INTO blobs VALUES (zeroblob(40000000))');
      vi.unstubAllGlobals();
      expect(opened.get('SELECT length(content) FROM blobs')).toEqual([40_000_000]);
      expect(opened.snapshot().length).toBeGreaterThan(40_000_000);
      opened.close();
      return count;
    };
    expect(filesMade(false)).toBeGreaterThan(10);
    expect(filesMade(true)).toBe(0);
  });

  it('opens rows that refer to missing ones, as other programs leave them', async () => {
    database.exec(
      'PRAGMA foreign_keys = OFF; CREATE TABLE parent (id TEXT PRIMARY KEY);' +
        "CREATE TABLE child (parent TEXT REFERENCES parent); INSERT INTO child VALUES ('nobody')",
    );
    const opened = (await noteEngine()).open(database.snapshot());
    expect(opened.all('SELECT parent FROM child')).toEqual([['nobody']]);
    opened.close();
  });

  it('refuses the database of another program', async () => {
    database.exec('PRAGMA application_id = 77');
    const engine = await noteEngine();
    expect(() => engine.open(database.snapshot())).toThrow(
      expect.objectContaining({ code: 'Conflict', details: { applicationId: 77 } }),
    );
  });

  it('refuses the database of a newer SweatShop', async () => {
    database.run("INSERT INTO schema_migrations VALUES ('9000_later.sql', '', '')");
    const engine = await noteEngine();
    expect(() => engine.open(database.snapshot())).toThrow(
      expect.objectContaining({ code: 'DatabaseTooNew' }),
    );
  });

  it('opens a database in WAL mode without touching what it was given', async () => {
    image[18] = 2;
    image[19] = 2;
    const before = image.slice();
    const { notes } = await openNotes(image);
    expect(notes()).toEqual(['one']);
    expect(image).toEqual(before);
  });

  it('tells its SQLite', async () => {
    expect((await noteEngine()).sqliteVersion).toMatch(/^3\.\d+\.\d+$/);
  });
});

describe('identity', () => {
  it('stays with the image, and is another for each new database', async () => {
    expect(database.uuid).toMatch(/^[0-9a-f-]{36}$/);
    expect((await openNotes(image)).database.uuid).toBe(database.uuid);
    expect((await openNotes(null)).database.uuid).not.toBe(database.uuid);
  });

  it.each([
    ['the table is dropped', 'DROP TABLE _sw_meta'],
    ['the row is deleted', 'DELETE FROM _sw_meta'],
    ['the row makes no sense', "UPDATE _sw_meta SET db_uuid = 'mine'"],
    ['the table is another', 'DROP TABLE _sw_meta; CREATE TABLE _sw_meta (id INTEGER)'],
  ])('is gone when %s', (_what, script) => {
    database.exec(script);
    expect(database.uuid).toBeNull();
    expect(database.seq).toBe(0);
    expect(database.facts()).toEqual({ seq: 0, tickets: 0, changedAt: null });
  });
});
