import {
  AgentLogSchema,
  AgentSchema,
  AnnotationSchema,
  ArtifactSchema,
  ChatMessageSchema,
  CommentSchema,
  ConfigEntrySchema,
  DecisionSchema,
  EpicSchema,
  EventRecordSchema,
  GateCommentSchema,
  GateSchema,
  ImportRecordSchema,
  JourneySchema,
  JourneyStageSchema,
  PortAllocationSchema,
  ProjectSchema,
  ProposalSchema,
  PullRequestSchema,
  RefinedPromptSchema,
  ScratchOrgSchema,
  StageSchema,
  SyncStateSchema,
  TerminalSchema,
  TicketRunSchema,
  TicketSchema,
  VoteSchema,
  WorkerTypeSchema,
  type ImportTarget,
} from '../../shared/types.ts';
import { messageOf, SweatShopError } from '../../shared/errors.ts';
import type { Cell, ImageReader } from '../database/image-reader.ts';
import { Table, type EntityLike } from '../repositories/table.ts';

/** What a row of each table is. */
const SCHEMAS = {
  projects: ProjectSchema,
  worker_types: WorkerTypeSchema,
  epics: EpicSchema,
  stages: StageSchema,
  gates: GateSchema,
  gate_comments: GateCommentSchema,
  tickets: TicketSchema,
  agents: AgentSchema,
  scratch_orgs: ScratchOrgSchema,
  chat_messages: ChatMessageSchema,
  ticket_runs: TicketRunSchema,
  refined_prompts: RefinedPromptSchema,
  comments: CommentSchema,
  events: EventRecordSchema,
  pull_requests: PullRequestSchema,
  proposals: ProposalSchema,
  votes: VoteSchema,
  decisions: DecisionSchema,
  agent_logs: AgentLogSchema,
  config_store: ConfigEntrySchema,
  sync_state: SyncStateSchema,
  journeys: JourneySchema,
  journey_stages: JourneyStageSchema,
  artifacts: ArtifactSchema,
  terminals: TerminalSchema,
  annotations: AnnotationSchema,
  port_allocations: PortAllocationSchema,
  import_records: ImportRecordSchema,
} as const satisfies Record<ImportTarget, unknown>;

/** A row as it leaves the database: as the contract has it, or as it is where it cannot be read. */
export type ExportedRow =
  | { readonly fields: Readonly<Record<string, unknown>> }
  | { readonly unreadable: Readonly<Record<string, Cell>>; readonly why: string };

/** Names the fields of the rows of a table, in order. */
export function fieldsOf(table: ImportTarget): readonly string[] {
  return Object.keys(SCHEMAS[table].entries);
}

/**
 * Gives every row of a table one by one, in the order in which they were added.
 *
 * @throws SweatShopError with the code that the SQLite error stands for.
 */
export function* exportRows(reader: ImageReader, name: ImportTarget): Generator<ExportedRow> {
  // A setting has no id but its key, which only the messages about it would need.
  const table = new Table<EntityLike>(name, SCHEMAS[name]);
  for (const row of reader.rows(`SELECT ${table.selection} FROM ${name} ORDER BY rowid`)) {
    try {
      // What is no value of its field is found out by this, a bigint included.
      yield { fields: table.toEntity(row as Parameters<typeof table.toEntity>[0]) };
    } catch (error) {
      if (!(error instanceof SweatShopError) || error.code !== 'Unreadable') throw error;
      const cells = table.columnNames.map((column, index) => [column, row[index] ?? null] as const);
      yield { unreadable: Object.fromEntries(cells), why: messageOf(error) };
    }
  }
}
