import type {
  ImportNotice,
  ImportReference,
  ImportRow,
  ImportSource,
  ImportTarget,
} from '../../shared/types.ts';
import type {
  Agent,
  AgentLog,
  Annotation,
  Artifact,
  ChatMessage,
  Comment,
  ConfigEntry,
  Decision,
  Epic,
  EventRecord,
  Gate,
  GateComment,
  ImportRecord,
  Journey,
  JourneyStage,
  PortAllocation,
  Project,
  Proposal,
  PullRequest,
  RefinedPrompt,
  ScratchOrg,
  Stage,
  SyncState,
  Terminal,
  Ticket,
  TicketRun,
  Vote,
  WorkerType,
} from '../../shared/types.ts';

/** What a row of each table is here. */
export type TargetEntities = {
  projects: Project;
  worker_types: WorkerType;
  epics: Epic;
  stages: Stage;
  gates: Gate;
  gate_comments: GateComment;
  tickets: Ticket;
  agents: Agent;
  scratch_orgs: ScratchOrg;
  chat_messages: ChatMessage;
  ticket_runs: TicketRun;
  refined_prompts: RefinedPrompt;
  comments: Comment;
  events: EventRecord;
  pull_requests: PullRequest;
  proposals: Proposal;
  votes: Vote;
  decisions: Decision;
  agent_logs: AgentLog;
  config_store: ConfigEntry;
  sync_state: SyncState;
  journeys: Journey;
  journey_stages: JourneyStage;
  artifacts: Artifact;
  terminals: Terminal;
  annotations: Annotation;
  port_allocations: PortAllocation;
  import_records: ImportRecord;
};

/** The fields of an entity as a source gives them; undefined is left out, and what every row has gets its default. */
export type ImportFields<T extends ImportTarget> = {
  readonly [F in Exclude<keyof TargetEntities[T], 'id'>]?:
    TargetEntities[T][F] | ImportReference | readonly ImportReference[] | undefined;
};

/** What was read from a source. */
export type ParsedSource = {
  readonly source: ImportSource;
  readonly rows: readonly ImportRow[];
  readonly notices: readonly ImportNotice[];
};

/** Makes what a row of a source becomes here. */
export function importTarget<T extends ImportTarget>(
  table: T,
  fields: ImportFields<T>,
  id?: string,
): NonNullable<ImportRow['target']> {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return { table, ...(id === undefined ? {} : { id }), fields: Object.fromEntries(given) };
}

/** Stands for the id of what a row of the source becomes; undefined for an absent key. */
export function refTo(table: string, key: null | undefined): undefined;
export function refTo(table: string, key: string | number): ImportReference;
export function refTo(
  table: string,
  key: string | number | null | undefined,
): ImportReference | undefined;
export function refTo(
  table: string,
  key: string | number | null | undefined,
): ImportReference | undefined {
  return key === null || key === undefined ? undefined : { ref: { table, key: String(key) } };
}
