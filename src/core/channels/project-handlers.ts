import type { ProjectService } from '../services/project-service.ts';
import type { WorkerTypeService } from '../services/worker-type-service.ts';
import type { HandlersOf } from './handlers.ts';

export function projectHandlers(projects: ProjectService): HandlersOf<'projects'> {
  return {
    list: (filter) => projects.list(filter),
    get: (id) => projects.get(id),
    getByName: (repositoryName) => projects.getByName(repositoryName),
    create: (data) => projects.create(data),
    update: (id, patch) => projects.update(id, patch),
    delete: (id, options) => {
      projects.delete(id, options);
    },
    seedWorkerTypes: (id) => projects.seedWorkerTypes(id),
  };
}

export function workerTypeHandlers(workerTypes: WorkerTypeService): HandlersOf<'workerTypes'> {
  return {
    list: (filter) => workerTypes.list(filter),
    get: (id) => workerTypes.get(id),
    create: (data) => workerTypes.create(data),
    update: (id, patch) => workerTypes.update(id, patch),
    delete: (id) => {
      workerTypes.delete(id);
    },
  };
}
