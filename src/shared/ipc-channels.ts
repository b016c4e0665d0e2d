import type * as v from 'valibot';
import { agentEvents, agents } from './contract/agents.ts';
import { analytics } from './contract/analytics.ts';
import { app } from './contract/app.ts';
import { chat, chatEvents } from './contract/chat.ts';
import { comments } from './contract/comments.ts';
import { db, dbEvents } from './contract/db.ts';
import type { Argument, Channel, PushEvent } from './contract/define.ts';
import { epics, stages } from './contract/epics.ts';
import { events } from './contract/events.ts';
import { gates } from './contract/gates.ts';
import { history } from './contract/history.ts';
import { importEvents, imports } from './contract/imports.ts';
import { artifacts, journeyStages, journeys } from './contract/journeys.ts';
import { orgs } from './contract/orgs.ts';
import { plans } from './contract/plans.ts';
import { projects, workerTypes } from './contract/projects.ts';
import { prompts } from './contract/prompts.ts';
import { decisions, proposals } from './contract/proposals.ts';
import { pullRequests } from './contract/pull-requests.ts';
import { config, logs, sync } from './contract/records.ts';
import { runs } from './contract/runs.ts';
import { search } from './contract/search.ts';
import { annotations, crews, ports, terminals } from './contract/terminals.ts';
import { tickets } from './contract/tickets.ts';

/**
 * The contract: every call and every push event, by namespace and member as `window.sweatshop` shows them.
 *
 * Handlers, clients, the preload bridge, the type of `window.sweatshop` and the reference are derived from it.
 */
export const contract = {
  tickets,
  agents: { ...agents, ...agentEvents },
  orgs,
  chat: { ...chat, ...chatEvents },
  runs,
  prompts,
  projects,
  workerTypes,
  comments,
  events,
  plans,
  epics,
  stages,
  gates,
  pullRequests,
  proposals,
  decisions,
  journeys,
  journeyStages,
  artifacts,
  crews,
  terminals,
  annotations,
  ports,
  logs,
  config,
  sync,
  imports: { ...imports, ...importEvents },
  analytics,
  history,
  search,
  db: { ...db, ...dbEvents },
  app,
} as const satisfies Record<string, Record<string, Channel | PushEvent>>;

type Contract = typeof contract;
type Members = { [N in keyof Contract]: Contract[N][keyof Contract[N]] }[keyof Contract];

/** The channels by wire name. */
export type Channels = { [C in Extract<Members, { kind: 'channel' }> as C['name']]: C };
/** The push events by wire name. */
export type PushEvents = { [E in Extract<Members, { kind: 'event' }> as E['name']]: E };

export type ChannelName = keyof Channels;
export type PushEventName = keyof PushEvents;
export type PushPayload<E extends PushEventName> = v.InferOutput<PushEvents[E]['payload']>;

/** Arguments as a client writes them: those that may be undefined may be left out at the end. */
export type ClientArgs<Args extends readonly Argument[]> = OptionalTail<{
  [I in keyof Args]: v.InferInput<Args[I]['schema']>;
}>;

/** Arguments as a handler gets them: parsed, with every position present. */
export type HandlerArgs<Args extends readonly Argument[]> = {
  [I in keyof Args]: v.InferOutput<Args[I]['schema']>;
};

type OptionalTail<T extends readonly unknown[]> = T extends readonly [...infer Head, infer Last]
  ? undefined extends Last
    ? [...OptionalTail<Head>, Last?]
    : T
  : T;

/** What `window.sweatshop` is: a method for each channel, a subscription for each push event. */
export type SweatShopApi = {
  readonly [N in keyof Contract]: {
    readonly [M in keyof Contract[N]]: Contract[N][M] extends Channel<
      string,
      infer Args,
      infer Result
    >
      ? (...args: ClientArgs<Args>) => Promise<v.InferOutput<Result>>
      : Contract[N][M] extends PushEvent<string, infer Payload>
        ? (listener: (payload: v.InferOutput<Payload>) => void) => () => void
        : never;
  };
};

/** The contract for code that walks it without knowing its members. */
export const namespaces: Readonly<Record<string, Readonly<Record<string, Channel | PushEvent>>>> =
  contract;

const members = Object.values(namespaces).flatMap((namespace) => Object.values(namespace));

/** Every channel by its wire name. */
export const channels: ReadonlyMap<string, Channel> = new Map(
  members.flatMap((member) => (member.kind === 'channel' ? [[member.name, member]] : [])),
);

/** The wire name of every push event. */
export const pushEventNames: readonly PushEventName[] = members.flatMap((member) =>
  member.kind === 'event' ? [member.name as PushEventName] : [],
);
