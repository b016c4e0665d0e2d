import type { AppInfo } from '../shared/contract/app.ts';
import type { Envelope } from '../shared/transport.ts';
import { agentHandlers } from './channels/agent-handlers.ts';
import { analyticsHandlers } from './channels/analytics-handlers.ts';
import { appHandlers } from './channels/app-handlers.ts';
import { chatHandlers } from './channels/chat-handlers.ts';
import { commentHandlers } from './channels/comment-handlers.ts';
import { dbHandlers } from './channels/db-handlers.ts';
import { Dispatcher } from './channels/dispatcher.ts';
import { epicHandlers, stageHandlers } from './channels/epic-handlers.ts';
import { eventHandlers } from './channels/event-handlers.ts';
import { gateHandlers } from './channels/gate-handlers.ts';
import type { Handlers } from './channels/handlers.ts';
import { historyHandlers } from './channels/history-handlers.ts';
import { importHandlers } from './channels/import-handlers.ts';
import {
  artifactHandlers,
  journeyHandlers,
  journeyStageHandlers,
} from './channels/journey-handlers.ts';
import { orgHandlers } from './channels/org-handlers.ts';
import { planHandlers } from './channels/plan-handlers.ts';
import { projectHandlers, workerTypeHandlers } from './channels/project-handlers.ts';
import { promptHandlers } from './channels/prompt-handlers.ts';
import { decisionHandlers, proposalHandlers } from './channels/proposal-handlers.ts';
import { pullRequestHandlers } from './channels/pull-request-handlers.ts';
import { configHandlers, logHandlers, syncHandlers } from './channels/record-handlers.ts';
import { runHandlers } from './channels/run-handlers.ts';
import { searchHandlers } from './channels/search-handlers.ts';
import {
  annotationHandlers,
  crewHandlers,
  portHandlers,
  terminalHandlers,
} from './channels/terminal-handlers.ts';
import { ticketHandlers } from './channels/ticket-handlers.ts';
import type { ChangeSet } from './database/changes.ts';
import type { Database } from './database/database.ts';
import type { Clock } from './ports/clock.ts';
import type { Machine } from './ports/machine.ts';
import type { Storage } from './ports/storage.ts';
import { createRepositories } from './repositories/repositories.ts';
import { PushBus, type PushListener } from './services/push-bus.ts';
import { createServices, type Services } from './services/services.ts';

/** Past this many rows of one table a client does better to read the table anew. */
const MAX_PUSHED_IDS = 500;

/** What a host sees of the application: it answers calls and pushes events. */
export type CallableApp = {
  /**
   * Makes a call of the contract.
   *
   * @param channel The wire name, such as `ticket:list`.
   * @param args Positional arguments, not yet parsed.
   * @returns The envelope; it never rejects.
   */
  call(channel: string, args: readonly unknown[]): Promise<Envelope>;
  /** @returns A function that stops listening. */
  onPush(listener: PushListener): () => void;
  /** Answers every later call with Unavailable, so that none is answered that the last save misses. */
  refuseCalls(): void;
  /** Stops all pushing and frees the database, if there is one. */
  close(): void;
};

/** The application over an open database. */
export type App = CallableApp & {
  /**
   * The use cases, for hosts that work in the same process without a transport; what they commit is safe only when the
   * storage says so.
   */
  readonly services: Services;
};

/**
 * Builds the application over an open and migrated database; it owns the database from now on.
 *
 * @param info What `app:info` tells, without the SQLite version.
 */
export function createApp(options: {
  readonly database: Database;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly machine: Machine;
  readonly info: Omit<AppInfo, 'sqliteVersion'>;
}): App {
  const { database, storage, clock, machine, info } = options;
  const pushBus = new PushBus();
  const repositories = createRepositories(database);
  const services = createServices({ database, repositories, clock, pushBus, machine });
  const sqliteVersion = String(database.get('SELECT sqlite_version()')?.[0]);
  const handlers: Handlers = {
    tickets: ticketHandlers(services.tickets, services.limits, services.claims),
    agents: agentHandlers(services.agents, services.heartbeats, services.reports),
    orgs: orgHandlers(services.orgs),
    chat: chatHandlers(services.chat),
    runs: runHandlers(services.runs),
    prompts: promptHandlers(services.prompts),
    projects: projectHandlers(services.projects),
    workerTypes: workerTypeHandlers(services.workerTypes),
    comments: commentHandlers(services.comments),
    events: eventHandlers(services.events),
    plans: planHandlers(services.plans),
    epics: epicHandlers(services.epics),
    stages: stageHandlers(services.epics),
    gates: gateHandlers(services.gates),
    pullRequests: pullRequestHandlers(services.pullRequests),
    proposals: proposalHandlers(services.proposals, services.voting),
    decisions: decisionHandlers(services.proposals),
    journeys: journeyHandlers(services.journeys),
    journeyStages: journeyStageHandlers(services.journeys),
    artifacts: artifactHandlers(services.artifacts),
    crews: crewHandlers(services.crews),
    terminals: terminalHandlers(services.terminals),
    annotations: annotationHandlers(services.terminals),
    ports: portHandlers(services.ports),
    logs: logHandlers(services.logs),
    config: configHandlers(services.config),
    sync: syncHandlers(services.sync),
    imports: importHandlers(services.imports),
    history: historyHandlers(services.history),
    analytics: analyticsHandlers(services.analytics),
    search: searchHandlers(services.search),
    db: dbHandlers(storage, services.problems),
    app: appHandlers({ ...info, sqliteVersion }),
  };
  const dispatcher = new Dispatcher(handlers, {
    seq: () => database.seq,
    whenDurable: () => storage.whenDurable(),
  });
  const stopListening = [
    database.onChange((changes) => {
      pushBus.push('db:changed', { tables: toPushedTables(changes) });
    }),
    storage.onStatusChanged((status) => {
      pushBus.push('db:status-changed', status);
    }),
  ];
  return {
    call: (channel, args) => dispatcher.call(channel, args),
    onPush: (listener) => pushBus.onPush(listener),
    services,
    refuseCalls() {
      dispatcher.refuseCalls();
    },
    close() {
      for (const stop of stopListening) stop();
      database.close();
    },
  };
}

function toPushedTables(changes: ChangeSet): Record<string, string[] | null> {
  return Object.fromEntries(
    Array.from(changes, ([table, ids]) => [
      table,
      ids === 'any' || ids.size > MAX_PUSHED_IDS ? null : [...ids],
    ]),
  );
}
