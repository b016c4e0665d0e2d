import { createContext } from 'svelte';
import type { AppInfo } from '../../shared/contract/app.ts';
import type { ErrorCode, SweatShopError } from '../../shared/errors.ts';
import type { SweatShopApi } from '../../shared/ipc-channels.ts';
import type { ConnectionState } from '../api/connection-state.ts';
import type { Connection } from '../api/connection.ts';
import { AgentActions } from './agent-actions.ts';
import { AgentStore } from './agent-store.svelte.ts';
import { DatabaseState } from './database-state.svelte.ts';
import { Dialogs } from './dialogs.svelte.ts';
import { Now } from './now.svelte.ts';
import { OrgStore } from './org-store.svelte.ts';
import { Router } from './router.svelte.ts';
import { Theme } from './theme.svelte.ts';
import { TicketStore } from './ticket-store.svelte.ts';
import { Toasts } from './toasts.svelte.ts';

const TOLD_ELSEWHERE: ReadonlySet<ErrorCode> = new Set(['Unavailable', 'DatabaseCorrupt']);

/** Everything the page knows, made once and handed down by context. */
export class AppState {
  readonly api: SweatShopApi;
  readonly tickets: TicketStore;
  readonly agents: AgentStore;
  readonly orgs: OrgStore;
  readonly database: DatabaseState;
  readonly agentActions: AgentActions;
  readonly toasts = new Toasts();
  readonly dialogs = new Dialogs();
  readonly theme = new Theme();
  readonly router = new Router();
  readonly now = new Now();
  readonly #connection: Connection;
  #connectionState = $state<ConnectionState>('connecting');
  #info = $state.raw<AppInfo | null>(null);

  constructor(connection: Connection) {
    const { api } = connection;
    this.api = api;
    this.#connection = connection;
    this.#connectionState = connection.state;
    this.tickets = new TicketStore(api);
    this.agents = new AgentStore(api);
    this.orgs = new OrgStore(api, this.now);
    this.database = new DatabaseState(api, () => {
      this.#loadAll();
    });
    this.agentActions = new AgentActions({
      api,
      agents: this.agents,
      toasts: this.toasts,
      dialogs: this.dialogs,
    });
  }

  get connectionState(): ConnectionState {
    return this.#connectionState;
  }

  get info(): AppInfo | null {
    return this.#info;
  }

  /** Why changes that were made could not be loaded; a lost connection and damage are told elsewhere. */
  get loadFailure(): SweatShopError | null {
    const failures = [this.tickets, this.agents, this.orgs].flatMap(({ error, hasLoaded }) =>
      error !== null && hasLoaded && !TOLD_ELSEWHERE.has(error.code) ? [error] : [],
    );
    return failures[0] ?? null;
  }

  /** Loads everything, and follows every change and the connection. */
  start(): void {
    this.now.start();
    this.router.follow();
    this.#connection.onStateChanged((state) => {
      this.#connectionState = state;
      // The rows follow by themselves: the connection says that anything may have changed.
      if (state === 'open') void this.#loadStatus();
    });
    this.api.db.onChanged(({ tables }) => {
      // Stores that follow a table by themselves listen for it themselves.
      const { tickets, agents, scratch_orgs: orgs } = tables;
      if (tickets !== undefined) void this.tickets.refresh(tickets);
      if (agents !== undefined) void this.agents.refresh(agents);
      if (orgs !== undefined) void this.orgs.refresh(orgs);
    });
    this.#loadAll();
  }

  /** Tries again to connect, and to load what failed to load. */
  retry(): void {
    this.#connection.retry();
    if (this.#connectionState === 'open') this.#loadAll();
  }

  #loadAll(): void {
    void this.tickets.refresh(null);
    void this.agents.refresh(null);
    void this.orgs.refresh(null);
    void this.#loadStatus();
  }

  async #loadStatus(): Promise<void> {
    try {
      await this.database.refresh();
      this.#info = await this.api.app.info();
    } catch {
      // The banner tells of a lost connection, and the status bar stays as it was.
    }
  }
}

export const [getApp, setApp] = createContext<AppState>();
