import type { RunService } from '../services/run-service.ts';
import type { HandlersOf } from './handlers.ts';

export function runHandlers(runs: RunService): HandlersOf<'runs'> {
  return {
    list: (filter) => runs.list(filter),
    get: (id) => runs.get(id),
    current: (agentId) => runs.current(agentId),
    create: (data) => runs.create(data),
    complete: (id, outcome) => runs.complete(id, outcome),
    addTokens: (id, use) => runs.addTokens(id, use),
    incrementIntervention: (id, event) => runs.incrementIntervention(id, event),
  };
}
