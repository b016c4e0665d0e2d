import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openForeignFile } from '../../src/host/sqlite-file.ts';
import { readSqlWasm } from '../support/sql-wasm.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

async function read(file: string, table = 't') {
  const { database, warnings } = await openForeignFile(file, readSqlWasm());
  onTestFinished(() => {
    database.close();
  });
  return { ...database.read(table), tableNames: database.tableNames, warnings };
}

/** Makes a database whose writer still has it open, with its commits in the log. */
function openWriter(file: string): DatabaseSync {
  const writer = new DatabaseSync(file);
  onTestFinished(() => {
    if (writer.isOpen) writer.close();
  });
  writer.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0');
  return writer;
}

function makeDatabase(script: string): string {
  const file = path.join(temporaryFolder(), 'source.db');
  const database = new DatabaseSync(file);
  database.exec(script);
  database.close();
  return file;
}

/** Everything about a folder that a reader could change. */
function stateOf(folder: string) {
  return fs.readdirSync(folder).map((name) => {
    const file = path.join(folder, name);
    const { mtimeNs, size } = fs.statSync(file, { bigint: true });
    return { name, mtimeNs, size, bytes: fs.readFileSync(file).toString('base64') };
  });
}

describe('what a native driver wrote', () => {
  it('comes with every kind of value as it is there', async () => {
    const file = makeDatabase(`
      CREATE TABLE t (a, b, c, d, e, f, g, h);
      INSERT INTO t VALUES (NULL, 7, 9007199254740993, 1.5, 'Grüße 🌍', '', x'00ff', char(97, 0, 98));
      INSERT INTO t VALUES (9e999, -1, CAST(x'ff41' AS TEXT), 0.0, 1, 2, 3, 4);
    `);
    const { columns, rows } = await read(file);
    expect(columns).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']);
    expect(rows).toEqual([
      [null, 7, 9007199254740993n, 1.5, 'Grüße 🌍', '', new Uint8Array([0, 255]), 'a\0b'],
      [Infinity, -1, new Uint8Array([255, 65]), 0, 1, 2, 3, 4],
    ]);
  });

  it.each(['UTF-16le', 'UTF-16be'])('is read in %s too', async (encoding) => {
    const file = makeDatabase(
      `PRAGMA encoding = '${encoding}'; CREATE TABLE t (a); INSERT INTO t VALUES ('Grüße 🌍');`,
    );
    expect((await read(file)).rows).toEqual([['Grüße 🌍']]);
  });

  it('is read without its triggers, views, indexes, generated columns and full-text tables', async () => {
    const file = makeDatabase(`
      CREATE TABLE t (a, b AS (zeroblob(a * 1000000000)), c CHECK (c > 0));
      PRAGMA ignore_check_constraints = ON;
      INSERT INTO t (a, c) VALUES (1, -1);
      CREATE INDEX t_by_length ON t (abs(a));
      CREATE VIEW v AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT * FROM n;
      CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT * FROM v; END;
      CREATE VIRTUAL TABLE t_fts USING fts5 (a, content = t, content_rowid = rowid);
      INSERT INTO t_fts (rowid, a) VALUES (1, 'word');
    `);
    const { columns, generatedColumns, rows, tableNames } = await read(file);
    expect({ columns, generatedColumns, rows }).toEqual({
      columns: ['a', 'c'],
      generatedColumns: ['b'],
      rows: [[1, -1]],
    });
    expect(tableNames).toEqual(['t']);
  });
});

describe('a write-ahead log beside it', () => {
  it('is part of it as far as it is committed, while the writer still has it open', async () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'source.db');
    const writer = openWriter(file);
    writer.exec('CREATE TABLE t (a); INSERT INTO t VALUES (1)');
    writer.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    writer.exec("INSERT INTO t VALUES ('committed')");
    writer.exec('PRAGMA cache_size = 1; BEGIN');
    const insert = writer.prepare('INSERT INTO t VALUES (?)');
    for (let row = 0; row < 500; row += 1) insert.run(`uncommitted ${'x'.repeat(1_000)}`);
    const before = stateOf(folder);
    expect(before.find(({ name }) => name === 'source.db-wal')?.size).toBeGreaterThan(100_000n);

    expect((await read(file)).rows).toEqual([[1], ['committed']]);
    expect(stateOf(folder)).toEqual(before);

    writer.exec('COMMIT');
    expect((await read(file)).rows).toHaveLength(502);
  });

  it('may hold less than the one before, of which the end is left', async () => {
    const file = path.join(temporaryFolder(), 'source.db');
    const writer = openWriter(file);
    writer.exec('CREATE TABLE t (a)');
    const insert = writer.prepare('INSERT INTO t VALUES (?)');
    for (let row = 0; row < 50; row += 1) insert.run('x'.repeat(5_000));
    writer.exec('PRAGMA wal_checkpoint(RESTART); DELETE FROM t WHERE rowid > 1');
    const { rows, warnings } = await read(file);
    expect(rows).toHaveLength(1);
    expect(warnings).toEqual([]);
  });

  it('may hold a database that became smaller', async () => {
    const file = path.join(temporaryFolder(), 'source.db');
    const writer = openWriter(file);
    writer.exec('CREATE TABLE t (a)');
    const insert = writer.prepare('INSERT INTO t VALUES (?)');
    for (let row = 0; row < 50; row += 1) insert.run('x'.repeat(5_000));
    writer.exec('PRAGMA wal_checkpoint(TRUNCATE); DELETE FROM t WHERE rowid > 1; VACUUM');
    expect((await read(file)).rows).toHaveLength(1);
  });

  it('counts up to the last commit before a torn frame', async () => {
    const { file, log, frames } = logOfThree();
    const bytes = fs.readFileSync(log);
    fs.writeFileSync(log, bytes.subarray(0, bytes.length - 1));
    expect((await read(file)).rows).toEqual([['one'], ['two']]);
    fs.writeFileSync(log, flipped(bytes, frames[2] + 100));
    const { rows, warnings } = await read(file);
    expect(rows).toEqual([['one'], ['two']]);
    expect(warnings).toEqual([expect.stringContaining(`The end of ${log} is not whole`)]);
  });

  it('ends where the salts change, as after a log was begun anew', async () => {
    const { file, log, frames } = logOfThree();
    const bytes = fs.readFileSync(log);
    fs.writeFileSync(log, flipped(bytes, frames[1] + 8));
    const { rows, warnings } = await read(file);
    expect(rows).toEqual([['one']]);
    expect(warnings).toEqual([]);
  });

  it.each<[string, (log: Buffer) => Buffer, string]>([
    ['has another beginning', (log) => edited(log, 0, 0), 'does not begin like'],
    ['has a header with a wrong checksum', (log) => edited(log, 17, 99), 'checksum of its header'],
    ['is shorter than its header', (log) => log.subarray(0, 20), 'only 20 bytes'],
    ['is text', () => Buffer.from('hello '.repeat(50)), 'does not begin like'],
  ])('is refused with advice when it %s', async (_, spoil, words) => {
    const { file, log } = logOfThree();
    fs.writeFileSync(log, spoil(fs.readFileSync(log)));
    await expect(read(file)).rejects.toThrow(words);
    await expect(read(file)).rejects.toThrow('Open the database once with the program');
  });

  it('is refused when it belongs to another database', async () => {
    const { file, log } = logOfThree();
    const other = makeDatabase('PRAGMA page_size = 1024; CREATE TABLE t (a)');
    fs.copyFileSync(log, `${other}-wal`);
    await expect(read(other)).rejects.toThrow('its pages have 4096 bytes');
    expect((await read(file)).rows).toHaveLength(3);
  });
});

describe('a file that cannot be read as it is', () => {
  it('is refused while a journal waits to be rolled back', async () => {
    const file = makeDatabase('CREATE TABLE t (a); INSERT INTO t VALUES (1)');
    const journal = Buffer.alloc(512);
    Buffer.from('d9d505f920a163d7', 'hex').copy(journal);
    fs.writeFileSync(`${file}-journal`, journal);
    await expect(read(file)).rejects.toThrow(`${file}-journal has to be rolled back first`);
    fs.writeFileSync(`${file}-journal`, Buffer.alloc(512));
    expect((await read(file)).rows).toEqual([[1]]);
  });

  it.each<[string, (bytes: Buffer) => Buffer, string]>([
    ['is empty', () => Buffer.alloc(0), 'It is empty'],
    ['is shorter than a header', (bytes) => bytes.subarray(0, 99), 'only 99 bytes'],
    ['is no database', () => Buffer.from('not a database '.repeat(500)), 'does not begin like'],
    [
      'is encrypted',
      (bytes) => Buffer.from(bytes.map((byte) => byte ^ 0x5a)),
      'does not begin like',
    ],
    ['lacks its last page', (bytes) => bytes.subarray(0, -4096), 'which is not its size'],
    ['ends within a page', (bytes) => bytes.subarray(0, -100), 'which is not its size'],
    ['has another page size', (bytes) => edited(bytes, 16, 2), 'which is not its size'],
    ['has a page of zeros', (bytes) => bytes.fill(0, 4096, 8192), 'SQLite finds it damaged'],
    ['has no schema left', (bytes) => bytes.fill(0, 100, 4096), 'damaged|malformed'],
  ])('says so when it %s', async (_, spoil, words) => {
    const file = makeDatabase(`
      CREATE TABLE t (a);
      INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 500)
      SELECT hex(zeroblob(20)) FROM n;
    `);
    fs.writeFileSync(file, spoil(fs.readFileSync(file)));
    await expect(read(file)).rejects.toThrow(new RegExp(words));
    await expect(read(file)).rejects.toThrow(file);
  });

  it('says so when it is a folder or not there', async () => {
    const folder = temporaryFolder();
    await expect(read(folder)).rejects.toThrow('It is no file');
    await expect(read(path.join(folder, 'gone.db'))).rejects.toThrow('There is no such file');
  });

  it.skipIf(process.platform === 'win32').each(['-wal', '-journal'])(
    'waits for no pipe that is called %s',
    async (suffix) => {
      const file = makeDatabase('CREATE TABLE t (a)');
      execFileSync('mkfifo', [`${file}${suffix}`]);
      await expect(read(file)).rejects.toThrow(`${file}${suffix}: It is no file.`);
    },
  );

  it('says so when a known name is a view', async () => {
    const file = makeDatabase('CREATE TABLE o (a); CREATE VIEW t AS SELECT * FROM o');
    const { database } = await openForeignFile(file, readSqlWasm());
    expect([database.kindOf('T'), database.kindOf('o'), database.kindOf('x')]).toEqual([
      'view',
      'table',
      null,
    ]);
    database.close();
  });
});

/** A database with three commits in its log, and where the frame of each begins. */
function logOfThree() {
  const source = path.join(temporaryFolder(), 'source.db');
  const writer = openWriter(source);
  writer.exec('CREATE TABLE t (a)');
  writer.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  for (const word of ['one', 'two', 'three']) writer.exec(`INSERT INTO t VALUES ('${word}')`);
  const file = path.join(temporaryFolder(), 'copy.db');
  fs.copyFileSync(source, file);
  fs.copyFileSync(`${source}-wal`, `${file}-wal`);
  const frame = (index: number) => 32 + index * (24 + 4096);
  return { file, log: `${file}-wal`, frames: [frame(0), frame(1), frame(2)] as const };
}

function edited(bytes: Buffer, at: number, byte: number): Buffer {
  bytes[at] = byte;
  return bytes;
}

function flipped(bytes: Buffer, at: number): Buffer {
  return edited(bytes, at, (bytes[at] ?? 0) ^ 1);
}
