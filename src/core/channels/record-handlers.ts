import type { ConfigService } from '../services/config-service.ts';
import type { LogService } from '../services/log-service.ts';
import type { SyncService } from '../services/sync-service.ts';
import type { HandlersOf } from './handlers.ts';

export function logHandlers(logs: LogService): HandlersOf<'logs'> {
  return {
    list: (filter) => logs.list(filter),
    count: (filter) => logs.count(filter),
    add: (agentId, line) => logs.add(agentId, line),
    prune: (before) => logs.prune(before),
  };
}

export function configHandlers(config: ConfigService): HandlersOf<'config'> {
  return {
    list: () => config.list(),
    get: (key) => config.get(key),
    set: (key, value) => config.set(key, value),
    delete: (key) => {
      config.delete(key);
    },
  };
}

export function syncHandlers(sync: SyncService): HandlersOf<'sync'> {
  return {
    list: () => sync.list(),
    get: (system) => sync.get(system),
    record: (system, state) => sync.record(system, state),
  };
}
