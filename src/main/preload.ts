import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron';
import { createApi } from '../shared/api.ts';
import type { WireError } from '../shared/errors.ts';
import type { Envelope, Transport } from '../shared/transport.ts';

const ipc: Transport = {
  async invoke(channel, args) {
    try {
      return (await ipcRenderer.invoke(channel, ...args)) as Envelope;
    } catch (error) {
      return { ok: false, error: unavailable(error) };
    }
  },
  on(event, listener) {
    const onEvent = (_event: IpcRendererEvent, payload: unknown): void => {
      listener(payload);
    };
    ipcRenderer.on(event, onEvent);
    return () => {
      ipcRenderer.off(event, onEvent);
    };
  },
};

contextBridge.exposeInMainWorld('sweatshop', createApi(ipc, toPlainError));

/** The bridge keeps only the message of an Error, but all of a plain object. */
function toPlainError(error: WireError): WireError & { readonly name: string } {
  return { name: 'SweatShopError', ...error };
}

function unavailable(error: unknown): WireError {
  const message = error instanceof Error ? error.message : 'The app did not answer.';
  return { code: 'Unavailable', message, details: {} };
}
