import * as v from 'valibot';
import {
  AgentLogFilterSchema,
  AgentLogInputSchema,
  AgentLogSchema,
} from '../entities/agent-log.ts';
import { ConfigEntrySchema, ConfigKeySchema } from '../entities/config-entry.ts';
import { IdSchema, TextSchema, TimestampSchema } from '../entities/fields.ts';
import { SyncStateInputSchema, SyncStateSchema } from '../entities/sync-state.ts';
import { arg, channel } from './define.ts';

const logFilter = arg('filter', v.optional(AgentLogFilterSchema));

export const logs = {
  list: channel(
    'log:list',
    'Lists what agents logged, the newest first.',
    [logFilter],
    v.array(AgentLogSchema),
    ['NotFound'],
  ),
  count: channel('log:count', 'Counts the lines that a filter takes in.', [logFilter], v.number()),
  add: channel(
    'log:add',
    'Adds a line to the log of an agent.',
    [arg('agentId', IdSchema), arg('line', AgentLogInputSchema)],
    AgentLogSchema,
  ),
  prune: channel(
    'log:prune',
    'Deletes the lines from before a time, and tells how many they were.',
    [arg('before', TimestampSchema)],
    v.number(),
  ),
};

const key = arg('key', ConfigKeySchema);

export const config = {
  list: channel('config:list', 'Lists the settings by key.', [], v.array(ConfigEntrySchema)),
  get: channel(
    'config:get',
    'Gives the setting of this key, or null.',
    [key],
    v.nullable(ConfigEntrySchema),
  ),
  set: channel(
    'config:set',
    'Stores a setting; one that SweatShop knows must have a value that it understands.',
    [key, arg('value', TextSchema)],
    ConfigEntrySchema,
  ),
  delete: channel(
    'config:delete',
    'Deletes a setting, so that its default holds.',
    [key],
    v.void(),
    ['NotFound'],
  ),
};

const system = arg('system', IdSchema);

export const sync = {
  list: channel(
    'sync:list',
    'Lists how far the exchange with each other system has come.',
    [],
    v.array(SyncStateSchema),
  ),
  get: channel(
    'sync:get',
    'Tells how far the exchange with a system has come; null before the first.',
    [system],
    v.nullable(SyncStateSchema),
  ),
  record: channel(
    'sync:record',
    'Notes how far the exchange with a system has come.',
    [system, arg('state', SyncStateInputSchema)],
    SyncStateSchema,
  ),
};
