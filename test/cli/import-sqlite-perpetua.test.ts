import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished } from 'vitest';
import {
  insertRows,
  makeForeignFile,
  rowsOf,
  stateOf,
  type ForeignRow,
} from '../support/foreign-file.ts';
import { PERPETUA_SCHEMA } from '../support/foreign-schemas.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { runCommand, runJson } from './run-command.ts';

const MS1 = 1_767_323_045_006;
const MS2 = 1_770_091_506_789;
const ISO1 = '2026-01-02T03:04:05.006Z';
const ISO2 = '2026-02-03T04:05:06.789Z';

const JOURNEY_STATUSES = ['running', 'paused', 'stopped', 'complete', 'error'];
const STAGE_TYPES = [
  ...['discovering', 'chasing', 'solving', 'challenging'],
  ...['questioning', 'searching', 'imagining', 'building'],
];
const STAGE_STATUSES = ['pending', 'running', 'complete', 'error'];
const ARTIFACT_TYPES = ['document', 'code', 'visualization', 'mindmap', 'other'];

const SETTINGS = '{"model":"opus","maxStages":7,"autoAdvance":false,"deep":{"list":[1,null,"ü"]}}';

const SOURCE = {
  journeys: JOURNEY_STATUSES.map((status, index) => ({
    ...{ id: `journey_${status}`, input: index === 1 ? '' : `Ask ${status} 🧭`, status },
    ...{ settings: index === 0 ? SETTINGS : '{}', created_at: MS1, updated_at: MS2 },
  })),
  stages: STAGE_TYPES.map((type, index) => ({
    ...{ id: `stage_${type}`, journey_id: 'journey_running', type },
    ...{ status: STAGE_STATUSES[index % 4] ?? '', prompt: index === 0 ? '' : `Prompt ${type}` },
    ...{ result: index < 2 ? '' : 'Résultat', thinking: index === 3 ? 'Hm' : null },
    created_at: MS1 + index,
  })),
  artifacts: ARTIFACT_TYPES.map((type, index) => ({
    ...{ id: `artifact_${type}`, stage_id: 'stage_building', type, title: `${type} title` },
    ...{ content: index === 1 ? '' : `# ${type}\n`, created_at: MS2 },
    metadata: index === 0 ? '{"lines":3,"by":null}' : index === 1 ? '{}' : null,
  })),
  migrations: [{ version: 1, name: 'initial_schema', applied_at: MS1 }],
} satisfies Record<string, ForeignRow[]>;

it('imports every value of Perpetua, and nothing new the second time', async () => {
  const home = path.join(temporaryFolder(), 'home');
  const file = makeForeignFile(PERPETUA_SCHEMA, SOURCE, 'perpetua.db');
  const before = stateOf(path.dirname(file));

  const report = await runJson(home, 'import', file);

  expect(stateOf(path.dirname(file))).toEqual(before);
  expect(report).toMatchObject({
    source: { system: 'perpetua', name: file },
    counts: [
      { table: 'journeys', created: 5, changed: 0, skipped: 0 },
      { table: 'journey_stages', created: 8, changed: 0, skipped: 0 },
      { table: 'artifacts', created: 5, changed: 0, skipped: 0 },
    ],
    ...{ keptOnly: 1, conflicts: [], notices: [] },
  });
  expect(rowsOf(home, 'journeys', 'rowid')).toEqual([
    {
      ...{ id: 'journey_running', input: 'Ask running 🧭', status: 'running' },
      ...{ settings: SETTINGS, created_at: ISO1, updated_at: ISO2 },
    },
    ...JOURNEY_STATUSES.slice(1).map((status, index) => ({
      ...{ id: `journey_${status}`, input: index === 0 ? '' : `Ask ${status} 🧭`, status },
      ...{ settings: '{"maxStages":100,"autoAdvance":true}', created_at: ISO1, updated_at: ISO2 },
    })),
  ]);
  expect(rowsOf(home, 'journey_stages', 'seq')).toEqual(
    STAGE_TYPES.map((type, index) => ({
      ...{ id: `stage_${type}`, journey_id: 'journey_running', type, seq: index + 1 },
      ...{ status: STAGE_STATUSES[index % 4], prompt: index === 0 ? null : `Prompt ${type}` },
      ...{ result: index < 2 ? null : 'Résultat', thinking: index === 3 ? 'Hm' : null },
      created_at: `2026-01-02T03:04:05.${String(6 + index).padStart(3, '0')}Z`,
    })),
  );
  expect(rowsOf(home, 'artifacts', 'seq')).toEqual(
    ARTIFACT_TYPES.map((type, index) => ({
      ...{ id: `artifact_${type}`, stage_id: 'stage_building', type, title: `${type} title` },
      ...{ content: index === 1 ? '' : `# ${type}\n`, created_at: ISO2, seq: index + 1 },
      metadata: index === 0 ? '{"lines":3,"by":null}' : '{}',
    })),
  );
  const records = rowsOf(home, 'import_records', 'rowid') as { raw: string }[];
  const raws = records.map(({ raw }) => JSON.parse(raw) as unknown);
  const sources = Object.values(SOURCE).flat();
  expect(raws).toHaveLength(sources.length);
  expect(raws).toEqual(expect.arrayContaining(sources));

  expect(await runJson(home, 'import', 'perpetua', file)).toMatchObject({
    counts: [
      { created: 0, changed: 0 },
      { created: 0, changed: 0 },
      { created: 0, changed: 0 },
    ],
    conflicts: [],
  });
});

it('takes in what stands in the log of a writer that goes on, as far as it is committed', async () => {
  const home = path.join(temporaryFolder(), 'home');
  const folder = temporaryFolder();
  const file = path.join(folder, 'perpetua.db');
  const writer = new DatabaseSync(file);
  onTestFinished(() => {
    writer.close();
  });
  writer.exec(
    'PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; PRAGMA foreign_keys = OFF',
  );
  writer.exec(PERPETUA_SCHEMA);
  insertRows(writer, { journeys: SOURCE.journeys.slice(0, 2) });
  writer.exec('PRAGMA cache_size = 1; BEGIN');
  insertRows(writer, {
    journeys: Array.from({ length: 300 }, (_, index) => ({
      ...{ id: `uncommitted_${String(index)}`, input: 'x'.repeat(2_000), status: 'running' },
      ...{ settings: '{}', created_at: MS1, updated_at: MS2 },
    })),
  });
  const before = stateOf(folder);

  expect(await runJson(home, 'import', file)).toMatchObject({
    counts: [{ table: 'journeys', created: 2 }],
    notices: [],
  });
  expect(stateOf(folder)).toEqual(before);

  writer.exec(`COMMIT; UPDATE journeys SET status = 'complete' WHERE id = 'journey_running'`);
  expect(await runJson(home, 'import', file)).toMatchObject({
    counts: [{ table: 'journeys', created: 300, changed: 1, skipped: 1 }],
  });
});

it('leaves out a row with settings or metadata that are no JSON, and tells', async () => {
  const home = path.join(temporaryFolder(), 'home');
  const [journey, other] = SOURCE.journeys;
  const [stage] = SOURCE.stages;
  const [artifact] = SOURCE.artifacts;
  const file = makeForeignFile(
    PERPETUA_SCHEMA,
    {
      journeys: [journey, { ...other, settings: '{"a":' }] as ForeignRow[],
      stages: [stage, { ...stage, id: 'stage_2', journey_id: other?.id ?? null }] as ForeignRow[],
      artifacts: [
        { ...artifact, stage_id: stage?.id ?? null, metadata: 'null' },
        { ...artifact, id: 'artifact_2', metadata: '['.repeat(5_000) + ']'.repeat(5_000) },
        { ...artifact, id: 'artifact_3', stage_id: 'gone' },
      ] as ForeignRow[],
    },
    'perpetua.db',
  );
  const { exitCode, stderr } = await runCommand(home, 'import', file);
  expect(exitCode).toBe(3);
  expect(stderr).toContain('perpetua.db journeys row 2: error: settings is not valid JSON');
  expect(stderr).toContain('perpetua.db artifacts row 2: error: metadata is not valid JSON');
  expect(stderr).toContain('perpetua.db stages row 2: error:');
  expect(stderr).toContain('perpetua.db artifacts row 3: error:');
  expect(rowsOf(home, 'journeys')).toHaveLength(1);
  expect(rowsOf(home, 'journey_stages')).toHaveLength(1);
  expect(rowsOf(home, 'artifacts')).toHaveLength(1);
  expect(rowsOf(home, 'import_records')).toHaveLength(7);
});
