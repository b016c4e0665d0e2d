import { nanoid } from 'nanoid';
import type { Database } from '../database/database.ts';
import { timestampOf, type Clock } from '../ports/clock.ts';
import type { Machine } from '../ports/machine.ts';
import type { Repositories } from '../repositories/repositories.ts';
import type { PushBus } from './push-bus.ts';

/** What every service works with. */
export type ServiceContext = {
  readonly database: Database;
  readonly repositories: Repositories;
  readonly clock: Clock;
  readonly pushBus: PushBus;
  readonly machine: Machine;
};

const ID_PREFIXES = {
  ticket: 'tkt',
  agent: 'agt',
  org: 'org',
  message: 'msg',
  run: 'run',
  prompt: 'prm',
  event: 'evt',
  project: 'prj',
  workerType: 'wty',
  comment: 'cmt',
  epic: 'epc',
  stage: 'stg',
  gate: 'gat',
  gateComment: 'gcm',
  pullRequest: 'pul',
  proposal: 'prp',
  vote: 'vot',
  decision: 'dec',
  log: 'log',
  change: 'chg',
  journey: 'jny',
  journeyStage: 'jst',
  artifact: 'art',
  terminal: 'trm',
  annotation: 'ann',
  portAllocation: 'prt',
} as const;

/** Makes an id that names its entity, such as `tkt_V1StGXR8_Z5jdHi6B-myT`. */
export function createId(entity: keyof typeof ID_PREFIXES): string {
  return `${ID_PREFIXES[entity]}_${nanoid()}`;
}

/** Gives the fields of a row that is made now. */
export function createdNow(entity: keyof typeof ID_PREFIXES, clock: Clock) {
  const now = timestampOf(clock);
  return { id: createId(entity), createdAt: now, updatedAt: now };
}

/** Gives the fields of a row that is made now and keeps no time of its last change. */
export function stampedNow(entity: keyof typeof ID_PREFIXES, clock: Clock) {
  return { id: createId(entity), createdAt: timestampOf(clock) };
}

/** Gives the field of a row that is changed now. */
export function updatedNow(clock: Clock) {
  return { updatedAt: timestampOf(clock) };
}

/** Leaves out the fields that are undefined, as exact optional fields want it. */
export function defined<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
