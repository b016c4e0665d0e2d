import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Database } from '../../src/core/database/database.ts';
import { createEngine } from '../../src/core/database/engine.ts';
import { builtInMigrations, migrate, newestSchemaVersion } from '../../src/core/migrations.ts';
import { createImageInspector } from '../../src/host/image-inspection.ts';
import { systemClock } from '../../src/store/clock.ts';
import { readSqlWasm } from '../support/sql-wasm.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

function startInspector(wasm = readSqlWasm()) {
  const inspector = createImageInspector(wasm);
  onTestFinished(() => inspector.close());
  return inspector;
}

async function makeImage(): Promise<Uint8Array> {
  const database: Database = (
    await createEngine(readSqlWasm(), systemClock, newestSchemaVersion)
  ).open(null);
  await migrate(database, builtInMigrations, systemClock, () => undefined);
  const image = database.snapshot();
  database.close();
  return image;
}

function put(image: Uint8Array): string {
  const file = path.join(temporaryFolder(), 'image.db');
  writeFileSync(file, image);
  return file;
}

it('tells in another thread what an image holds, while this one goes on', async () => {
  const inspector = startInspector();
  const image = await makeImage();
  const file = put(image);
  let turns = 0;
  const counter = setInterval(() => turns++, 1);
  const inspections = await Promise.all([inspector.inspect(file), inspector.inspect(file)]);
  clearInterval(counter);
  expect(turns).toBeGreaterThan(3);
  for (const { facts, schemaVersion, sha256 } of inspections) {
    expect(facts).toEqual({ seq: 0, tickets: 0, changedAt: null });
    expect(schemaVersion).toBe(Number(builtInMigrations.at(-1)?.name.slice(0, 4)));
    expect(Buffer.from(sha256)).toEqual(createHash('sha256').update(image).digest());
  }
});

it('refuses what is damaged with the same code as in this thread, and goes on', async () => {
  const inspector = startInspector();
  const image = await makeImage();
  const cut = put(image.subarray(0, image.length - 4_096));
  const [refused, missing, sound] = await Promise.allSettled([
    inspector.inspect(cut),
    inspector.inspect('/nowhere/at/all.db'),
    inspector.inspect(put(image)),
  ]);
  expect(refused).toMatchObject({ reason: { code: 'DatabaseCorrupt' } });
  expect(missing).toMatchObject({ reason: { code: 'NotFound' } });
  expect(sound).toMatchObject({ status: 'fulfilled' });
});

it('rejects what waits when the thread dies, each time', async () => {
  const inspector = startInspector(new Uint8Array(8));
  const file = put(await makeImage());
  for (let attempt = 0; attempt < 2; attempt++) {
    const results = await Promise.allSettled([inspector.inspect(file), inspector.inspect(file)]);
    for (const result of results) expect(result).toMatchObject({ reason: { code: 'Unavailable' } });
  }
});

it('rejects what waits when it is closed', async () => {
  const inspector = startInspector();
  const waiting = inspector.inspect(put(await makeImage())).catch((error: unknown) => error);
  await inspector.close();
  expect(await waiting).toMatchObject({ code: 'Unavailable' });
  await expect(inspector.inspect('/any.db')).rejects.toMatchObject({ code: 'Unavailable' });
});
