import type { EpicService } from '../services/epic-service.ts';
import type { HandlersOf } from './handlers.ts';

export function epicHandlers(epics: EpicService): HandlersOf<'epics'> {
  return {
    list: (filter) => epics.list(filter),
    get: (id) => epics.get(id),
    detail: (id) => epics.detail(id),
    create: (data) => epics.create(data),
    update: (id, patch) => epics.update(id, patch),
    delete: (id) => {
      epics.delete(id);
    },
    markReady: (id) => epics.markReady(id),
    start: (id) => epics.start(id),
    advance: (id, options) => epics.advance(id, options),
    cancel: (id, reason) => epics.cancel(id, reason),
  };
}

export function stageHandlers(epics: EpicService): HandlersOf<'stages'> {
  return {
    list: (epicId) => epics.listStages(epicId),
    create: (data) => epics.createStage(data),
    update: (id, patch) => epics.updateStage(id, patch),
    move: (id, stageOrder) => epics.moveStage(id, stageOrder),
    skip: (id, reason) => epics.skipStage(id, reason),
    delete: (id) => {
      epics.deleteStage(id);
    },
  };
}
