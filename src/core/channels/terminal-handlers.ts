import type { CrewService } from '../services/crew-service.ts';
import type { PortService } from '../services/port-service.ts';
import type { TerminalService } from '../services/terminal-service.ts';
import type { HandlersOf } from './handlers.ts';

export function terminalHandlers(terminals: TerminalService): HandlersOf<'terminals'> {
  return {
    list: () => terminals.list(),
    get: (id) => terminals.get(id),
    create: (data) => terminals.create(data),
    upsert: (id, data) => terminals.upsert(id, data),
    update: (id, patch) => terminals.update(id, patch),
    delete: (id) => {
      terminals.delete(id);
    },
  };
}

export function annotationHandlers(terminals: TerminalService): HandlersOf<'annotations'> {
  return {
    list: () => terminals.listAnnotations(),
    get: (id) => terminals.getAnnotation(id),
    create: (data) => terminals.createAnnotation(data),
    delete: (id) => {
      terminals.deleteAnnotation(id);
    },
  };
}

export function portHandlers(ports: PortService): HandlersOf<'ports'> {
  return {
    list: () => ports.list(),
    get: (projectPath) => ports.get(projectPath),
    allocate: (request) => ports.allocate(request),
    release: (projectPath) => {
      ports.release(projectPath);
    },
    cleanUp: () => ports.cleanUp(),
  };
}

export function crewHandlers(crews: CrewService): HandlersOf<'crews'> {
  return {
    get: (projectId) => crews.get(projectId),
    setArchitect: (projectId, data) => crews.setArchitect(projectId, data),
    upsertBuilder: (data) => crews.upsertBuilder(data),
  };
}
