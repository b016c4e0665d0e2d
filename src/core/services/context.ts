import { nanoid } from 'nanoid';
import { ID_PREFIXES } from '../../shared/entities/id-prefixes.ts';
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
