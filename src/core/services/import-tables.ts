import type { ConfigEntry, ImportTarget } from '../../shared/types.ts';
import type { Row } from '../database/database.ts';
import type { ConfigRepository } from '../repositories/config-repository.ts';
import type { Repositories } from '../repositories/repositories.ts';
import type { Repository } from '../repositories/repository.ts';
import type { EntityLike } from '../repositories/table.ts';
import type { AnyEntity, Fields } from './import-targets.ts';

/** How many rows are read at once. */
const CHUNK_ROWS = 1_000;

/** The rows of one table, whatever they are. */
export interface TableRows {
  /** Gives some fields of every row as they are stored. */
  values(fields: readonly string[]): Row[];
  /** Gives those of the rows that can be read, by id. */
  getMany(ids: readonly string[]): Map<string, AnyEntity>;
  create(entity: AnyEntity): void;
  /** Changes fields, null clears, and gives the row as it is then. */
  update(id: string, patch: Fields): AnyEntity;
}

/** Gives access to the rows of each table that imports write. */
export function importTables(
  repositories: Repositories,
): Readonly<Record<ImportTarget, TableRows>> {
  return {
    projects: rowsOf(repositories.projects),
    worker_types: rowsOf(repositories.workerTypes),
    epics: rowsOf(repositories.epics),
    stages: rowsOf(repositories.stages),
    gates: rowsOf(repositories.gates),
    gate_comments: rowsOf(repositories.gateComments),
    tickets: rowsOf(repositories.tickets),
    agents: rowsOf(repositories.agents),
    scratch_orgs: rowsOf(repositories.orgs),
    chat_messages: rowsOf(repositories.chat),
    ticket_runs: rowsOf(repositories.runs),
    refined_prompts: rowsOf(repositories.prompts),
    comments: rowsOf(repositories.comments),
    events: rowsOf(repositories.events),
    pull_requests: rowsOf(repositories.pullRequests),
    proposals: rowsOf(repositories.proposals),
    votes: rowsOf(repositories.votes),
    decisions: rowsOf(repositories.decisions),
    agent_logs: rowsOf(repositories.agentLogs),
    config_store: configRows(repositories.config),
    sync_state: rowsOf(repositories.syncStates),
    journeys: rowsOf(repositories.journeys),
    journey_stages: rowsOf(repositories.journeyStages),
    artifacts: rowsOf(repositories.artifacts),
    terminals: rowsOf(repositories.terminals),
    annotations: rowsOf(repositories.annotations),
    port_allocations: rowsOf(repositories.portAllocations),
    import_records: rowsOf(repositories.importRecords),
  };
}

/** What comes in was checked against the schema of the entity. */
function rowsOf<Entity extends EntityLike>(repository: Repository<Entity>): TableRows {
  return {
    values: (fields) => repository.values(fields as (keyof Entity & string)[]),
    getMany(ids) {
      const found = new Map<string, AnyEntity>();
      for (let start = 0; start < ids.length; start += CHUNK_ROWS) {
        const where = [['id', 'in', ids.slice(start, start + CHUNK_ROWS)]] as unknown as Parameters<
          typeof repository.countQuery
        >[0];
        for (const entity of repository.query({ where: where ?? [] })) {
          found.set(entity.id, entity);
        }
      }
      return found;
    },
    create(entity) {
      repository.create(entity as unknown as Entity);
    },
    update: (id, patch) => repository.update(id, patch as Parameters<typeof repository.update>[1]),
  };
}

/** A setting has no id but its key. */
function configRows(config: ConfigRepository): TableRows {
  const toEntity = (entry: ConfigEntry): AnyEntity => ({ id: entry.key, ...entry });
  const store = ({ key, value, updatedAt }: Fields): ConfigEntry =>
    config.upsert({ key, value, updatedAt } as ConfigEntry);
  return {
    values: (fields) =>
      config.list().map((entry) => fields.map((field) => toEntity(entry)[field] as string)),
    getMany: (ids) =>
      new Map(
        ids.flatMap((id) => {
          const entry = config.get(id);
          return entry ? [[id, toEntity(entry)]] : [];
        }),
      ),
    create(entity) {
      store(entity);
    },
    update: (id, patch) => toEntity(store({ ...config.get(id), ...patch })),
  };
}
