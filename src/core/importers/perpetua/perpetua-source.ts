import {
  ARTIFACT_TYPES,
  DEFAULT_JOURNEY_SETTINGS,
  JOURNEY_STAGE_STATUSES,
  JOURNEY_STAGE_TYPES,
  JOURNEY_STATUSES,
  type JourneySettings,
} from '../../../shared/types.ts';
import { importTarget, type ParsedSource } from '../import-row.ts';
import { hasTables, type SourceTables } from '../tables/source-tables.ts';
import { TableImport, type TableSpec } from '../tables/table-import.ts';
import type { TableRow } from '../tables/table-row.ts';
import { sameWords } from '../tables/words.ts';

const ARTIFACT_TYPE_WORDS = sameWords(ARTIFACT_TYPES);
const JOURNEY_STAGE_STATUS_WORDS = sameWords(JOURNEY_STAGE_STATUSES);
const JOURNEY_STAGE_TYPE_WORDS = sameWords(JOURNEY_STAGE_TYPES);
const JOURNEY_STATUS_WORDS = sameWords(JOURNEY_STATUSES);

export const PERPETUA = 'perpetua';

const TABLES = {
  journeys: {
    name: 'journeys',
    key: 'id',
    required: ['id', 'input', 'status', 'settings', 'created_at'],
    optional: ['updated_at'],
  },
  stages: {
    name: 'stages',
    key: 'id',
    required: ['id', 'journey_id', 'type', 'status', 'created_at'],
    optional: ['prompt', 'result', 'thinking'],
  },
  artifacts: {
    name: 'artifacts',
    key: 'id',
    required: ['id', 'stage_id', 'type', 'title', 'content', 'created_at'],
    optional: ['metadata'],
    isOptional: true,
  },
} as const satisfies Record<string, TableSpec>;

export function isPerpetua(tables: SourceTables): boolean {
  return hasTables(tables, { journeys: ['input'], stages: ['journey_id'] });
}

/**
 * Reads the database of Perpetua.
 *
 * @param path The file, for messages.
 * @throws SweatShopError InvalidInput where a table or a column is missing.
 */
export function readPerpetua(path: string, tables: SourceTables): ParsedSource {
  const source = new TableImport(PERPETUA, path, tables);
  for (const row of source.read(TABLES.journeys)) source.add(row, () => toJourney(row));
  for (const row of source.read(TABLES.stages)) source.add(row, () => toStage(row));
  for (const row of source.read(TABLES.artifacts)) source.add(row, () => toArtifact(row));
  source.keepTable('migrations');
  return source.finish();
}

function toJourney(row: TableRow) {
  return importTarget(
    'journeys',
    {
      input: row.text('input'),
      status: row.choice('status', JOURNEY_STATUS_WORDS, 'stopped'),
      settings: settingsOf(row),
      createdAt: row.time('created_at'),
      updatedAt: row.time('updated_at') ?? row.time('created_at'),
    },
    row.id,
  );
}

/** What SweatShop needs and the source lacks has its default; whatever else there is stays. */
function settingsOf(row: TableRow): JourneySettings {
  const given = row.object('settings', true) ?? {};
  const { maxStages, autoAdvance } = given;
  const isCount = Number.isSafeInteger(maxStages) && (maxStages as number) >= 1;
  if (maxStages !== undefined && !isCount) {
    row.warn('settings.maxStages is not a whole number from 1 up, and has its default here');
  }
  if (autoAdvance !== undefined && typeof autoAdvance !== 'boolean') {
    row.warn('settings.autoAdvance is neither true nor false, and has its default here');
  }
  return {
    ...given,
    maxStages: isCount ? (maxStages as number) : DEFAULT_JOURNEY_SETTINGS.maxStages,
    autoAdvance:
      typeof autoAdvance === 'boolean' ? autoAdvance : DEFAULT_JOURNEY_SETTINGS.autoAdvance,
  };
}

function toStage(row: TableRow) {
  return importTarget(
    'journey_stages',
    {
      journeyId: row.requiredRef('journey_id', TABLES.journeys.name),
      type: row.knownChoice('type', JOURNEY_STAGE_TYPE_WORDS),
      status: row.choice('status', JOURNEY_STAGE_STATUS_WORDS, 'error'),
      prompt: nonEmpty(row.optionalText('prompt')),
      result: nonEmpty(row.optionalText('result')),
      thinking: nonEmpty(row.optionalText('thinking')),
      createdAt: row.time('created_at'),
    },
    row.id,
  );
}

/** There a text is empty until there is one. */
function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

function toArtifact(row: TableRow) {
  return importTarget(
    'artifacts',
    {
      stageId: row.requiredRef('stage_id', TABLES.stages.name),
      type: row.choice('type', ARTIFACT_TYPE_WORDS, 'other'),
      title: row.text('title'),
      content: row.text('content'),
      metadata: metadataOf(row),
      createdAt: row.time('created_at'),
    },
    row.id,
  );
}

function metadataOf(row: TableRow): Readonly<Record<string, unknown>> {
  const text = row.filledText('metadata');
  if (text === undefined || text.trim() === 'null') return {};
  return row.object('metadata', true) ?? {};
}
