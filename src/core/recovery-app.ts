import type { AppInfo } from '../shared/contract/app.ts';
import type { CallableApp } from './app.ts';
import { appHandlers } from './channels/app-handlers.ts';
import { storageHandlers } from './channels/db-handlers.ts';
import { Dispatcher } from './channels/dispatcher.ts';
import type { Storage } from './ports/storage.ts';
import { PushBus } from './services/push-bus.ts';

/**
 * Builds what stands for the application while damage waits for a person: it tells what was found and takes the
 * decision; every other call is answered with DatabaseCorrupt.
 *
 * @param onRecovered Called when a decision was carried out, before it is answered: the place to open the application.
 */
export function createRecoveryApp(options: {
  readonly storage: Storage;
  readonly info: AppInfo;
  readonly onRecovered: () => void | Promise<void>;
}): CallableApp {
  const { storage, info, onRecovered } = options;
  const pushBus = new PushBus();
  const { status, check, backups, recovery, recover } = storageHandlers(storage);
  const dispatcher = new Dispatcher(
    {
      db: {
        status,
        check,
        backups,
        recovery,
        async recover(optionId) {
          const statusAfter = await recover(optionId);
          await onRecovered();
          return statusAfter;
        },
      },
      app: appHandlers(info),
    },
    null,
  );
  const stopListening = storage.onStatusChanged((statusNow) => {
    // Whoever hears of an open database asks for its rows, and only the application that follows can answer.
    if (statusNow.state === 'recovery') pushBus.push('db:status-changed', statusNow);
  });
  return {
    call: (channel, args) => dispatcher.call(channel, args),
    onPush: (listener) => pushBus.onPush(listener),
    refuseCalls() {
      dispatcher.refuseCalls();
    },
    close() {
      stopListening();
    },
  };
}
