import { createApi } from '../../shared/api.ts';
import type { SweatShopApi } from '../../shared/ipc-channels.ts';
import type { ConnectionState } from './connection-state.ts';
import { isHostAlive, openSession } from './session.ts';
import { WebTransport } from './web-transport.ts';
import './window.ts';

/** The application on the other side, and whether it can be reached. */
export interface Connection {
  readonly api: SweatShopApi;
  readonly state: ConnectionState;
  /** @returns A function that stops listening. */
  onStateChanged(listener: (state: ConnectionState) => void): () => void;
  /** Tries again now instead of when the next try is due. */
  retry(): void;
}

/**
 * Connects the page to the application: over the preload bridge where there is one, else over a WebSocket.
 *
 * On the web host it also puts the API on `window.sweatshop`, where scripts and the console find it in both hosts.
 */
export function connect(): Connection {
  // In a plain browser no preload script has run, whatever the type says.
  const bridged = (window as Partial<Window>).sweatshop;
  if (bridged !== undefined) return bridgedConnection(bridged);

  const transport = new WebTransport({
    url: webSocketUrl(location.href),
    prepare: openSession,
    isHostAlive,
  });
  const api = createApi(transport);
  window.sweatshop = api;
  window.addEventListener('online', () => {
    transport.retry();
  });
  return {
    api,
    get state() {
      return transport.state;
    },
    onStateChanged: (listener) => transport.onStateChanged(listener),
    retry: () => {
      transport.retry();
    },
  };
}

/** The preload bridge lives and dies with the window, so it is always open. */
function bridgedConnection(api: SweatShopApi): Connection {
  return { api, state: 'open', onStateChanged: () => () => undefined, retry: () => undefined };
}

function webSocketUrl(pageUrl: string): string {
  const url = new URL('/ws', pageUrl);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}
