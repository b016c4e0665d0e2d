import type { SweatShopApi } from '../../shared/ipc-channels.ts';

declare global {
  interface Window {
    /** The application, as the preload script or {@link connect} puts it there. */
    sweatshop: SweatShopApi;
  }
}
