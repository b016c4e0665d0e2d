import { onTestFinished } from 'vitest';
import type { LocalLimits } from '../../src/host/local-socket/local-client.ts';
import { startLocalSocket } from '../../src/host/local-socket/local-socket.ts';
import { openHome, type Home } from '../../src/host/open-home.ts';
import type { Envelope } from '../../src/shared/transport.ts';
import { readSqlWasm } from './sql-wasm.ts';

export type HomeOwner = {
  readonly home: Home;
  /** Where commands reach it. */
  readonly address: string;
  readonly close: () => Promise<void>;
};

export type HomeOwnerOptions = {
  /** Whether commands can reach it; true unless said otherwise. */
  readonly listens?: boolean;
  readonly version?: string;
  readonly limits?: Partial<LocalLimits>;
  /** Answers in place of the application. */
  readonly call?: (channel: string, args: readonly unknown[]) => Promise<Envelope>;
};

/** Opens a home and listens to commands as the app does; it is closed when the test ends. */
export async function startOwner(
  path: string,
  { listens = true, version = '1.2.3', limits = {}, call }: HomeOwnerOptions = {},
): Promise<HomeOwner> {
  const home = await openHome({ host: 'browser', path, wasm: readSqlWasm(), version });
  const socket = listens
    ? await startLocalSocket({
        app: {
          call: call ?? ((channel, args) => home.app.call(channel, args)),
          onPush: (listener) => home.app.onPush(listener),
        },
        ...{ homePath: path, version, limits },
      })
    : null;
  const close = async () => {
    await socket?.close();
    await home.close();
  };
  onTestFinished(close);
  return { home, address: socket?.address ?? '', close };
}
