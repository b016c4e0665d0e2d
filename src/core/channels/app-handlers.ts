import type { AppInfo } from '../../shared/contract/app.ts';
import type { HandlersOf } from './handlers.ts';

export function appHandlers(info: AppInfo): HandlersOf<'app'> {
  return { info: () => info };
}
