import type { Home } from '../host/open-home.ts';
import { createApi } from '../shared/api.ts';
import type { SweatShopApi } from '../shared/ipc-channels.ts';

/** Calls are answered as those of a window are: parsed, and only when no crash can lose what they did. */
export function apiOf({ app }: Home): SweatShopApi {
  return createApi({
    invoke: (channel, args) => app.call(channel, args),
    on: (event, listener) =>
      app.onPush((name, payload) => {
        if (name === event) listener(payload);
      }),
  });
}
