import type { ArtifactService } from '../services/artifact-service.ts';
import type { JourneyService } from '../services/journey-service.ts';
import type { HandlersOf } from './handlers.ts';

export function journeyHandlers(journeys: JourneyService): HandlersOf<'journeys'> {
  return {
    list: (filter) => journeys.list(filter),
    count: (filter) => journeys.count(filter),
    get: (id) => journeys.get(id),
    getWithStages: (id) => journeys.getWithStages(id),
    create: (data) => journeys.create(data),
    update: (id, patch) => journeys.update(id, patch),
    delete: (id) => {
      journeys.delete(id);
    },
  };
}

export function journeyStageHandlers(journeys: JourneyService): HandlersOf<'journeyStages'> {
  return {
    list: (journeyId) => journeys.listStages(journeyId),
    listByStatus: (status) => journeys.listStagesByStatus(status),
    get: (id) => journeys.getStage(id),
    create: (data) => journeys.createStage(data),
    update: (id, patch) => journeys.updateStage(id, patch),
  };
}

export function artifactHandlers(artifacts: ArtifactService): HandlersOf<'artifacts'> {
  return {
    list: (filter) => artifacts.list(filter),
    count: (filter) => artifacts.count(filter),
    listByStage: (stageId) => artifacts.listByStage(stageId),
    search: (text, options) => artifacts.search(text, options),
    get: (id) => artifacts.get(id),
    create: (data) => artifacts.create(data),
    update: (id, patch) => artifacts.update(id, patch),
    delete: (id) => {
      artifacts.delete(id);
    },
  };
}
