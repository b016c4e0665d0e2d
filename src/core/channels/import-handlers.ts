import type { ImportService } from '../services/import-service.ts';
import type { HandlersOf } from './handlers.ts';

export function importHandlers(imports: ImportService): HandlersOf<'imports'> {
  return {
    begin: (source) => imports.begin(source),
    add: (uploadId, rows) => imports.add(uploadId, rows),
    finish: (uploadId, options) => imports.finish(uploadId, options),
    cancel: (uploadId) => {
      imports.cancel(uploadId);
    },
  };
}
