import { app, dialog, powerMonitor, type Event } from 'electron';
import type { Home } from '../host/open-home.ts';
import { closeWithin, onEndRequest } from '../host/shutdown.ts';
import { messageOf } from '../shared/errors.ts';

const TRY_AGAIN = 0;

/**
 * Lets the app quit only when everything is saved and the home is closed, also while the home is still being opened.
 *
 * Signals and the end of the session come without a person to ask, so a failure is then only written down.
 */
export function closeBeforeQuit(opening: Promise<Home>): void {
  let home: Home | null = null;
  void opening.then(
    (opened) => (home = opened),
    () => undefined,
  );
  let state: 'running' | 'closing' | 'closed' = 'running';
  const asking = new AbortController();
  const quitUnasked = (): void => {
    asking.abort();
    app.quit();
  };

  app.on('will-quit', (event) => {
    if (state === 'closed') return;
    // Nothing that is awaited holds up the quit; only this does, and only now.
    event.preventDefault();
    if (state === 'closing') return;
    state = 'closing';
    void close(opening, asking.signal).then((exitCode) => {
      state = 'closed';
      if (exitCode === 0) app.quit();
      else app.exit(exitCode);
    });
  });

  onEndRequest({
    onFirst: quitUnasked,
    onImpatient: (exitCode) => {
      app.exit(exitCode);
    },
  });
  // The typings of this event leave out its argument, without which the system does not wait.
  const power: NodeJS.EventEmitter = powerMonitor;
  power.on('shutdown', (event: Event) => {
    event.preventDefault();
    quitUnasked();
  });
  app.on('browser-window-created', (_event, window) => {
    // Windows ends the session without quitting the app, as soon as this returns.
    window.on('session-end', () => {
      if (home) syncQuietly(home);
    });
  });
}

/** What the disk refuses now is refused to everybody who waits for it too; there is nobody left to tell. */
function syncQuietly(home: Home): void {
  try {
    home.syncNow();
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
  }
}

/** @param asking Aborted when there is nobody left to ask, even while a question is on the screen. */
async function close(opening: Promise<Home>, asking: AbortSignal): Promise<number> {
  const home = await opening.catch(() => null);
  // Whoever opens it tells why it failed.
  if (!home) return 1;
  while (!asking.aborted) {
    const loss = await findLoss(home);
    if (loss === null || !(await wantsAnotherTry(loss, asking))) break;
  }
  try {
    await closeWithin(() => home.close());
    return 0;
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    return 1;
  }
}

/** Saves, and tells why changes would be lost by quitting now; what the redo log keeps is not lost. */
async function findLoss(home: Home): Promise<string | null> {
  const { durableSeq, seq, lastError } = await home.save();
  if (durableSeq >= seq) return null;
  return lastError?.message ?? 'The disk takes neither the redo log nor the file.';
}

async function wantsAnotherTry(message: string, asking: AbortSignal): Promise<boolean> {
  const { response } = await dialog.showMessageBox({
    signal: asking,
    type: 'error',
    message: 'Your last changes are not saved.',
    detail: message,
    buttons: ['Try Again', 'Quit Without Saving'],
    defaultId: TRY_AGAIN,
    cancelId: TRY_AGAIN,
  });
  return response === TRY_AGAIN;
}
