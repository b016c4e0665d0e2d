import type { EventService } from '../services/event-service.ts';
import type { HandlersOf } from './handlers.ts';

export function eventHandlers(events: EventService): HandlersOf<'events'> {
  return {
    list: (filter) => events.list(filter),
    count: (filter) => events.count(filter),
    get: (id) => events.get(id),
    create: (data) => events.create(data),
    resolve: (id, resolution) => events.resolve(id, resolution),
  };
}
