import type { BrowserContext, Request as PageRequest } from 'playwright-core';

type Handler = (request: Request) => Promise<Response>;

/**
 * Serves the schemes that the app handles itself.
 *
 * Chromium knows no scheme of ours, so `app://host/path` goes to the page as `http://host.app.localhost/path`.
 */
export class Schemes {
  readonly #handlers = new Map<string, Handler>();

  handle(scheme: string, handler: Handler): void {
    this.#handlers.set(scheme, handler);
  }

  /** From the app's address to that in the browser. */
  toBrowser(address: string): string {
    return address.replace(/^([a-z]+):\/\/([^/]*)/, (all, scheme: string, host: string) =>
      this.#handlers.has(scheme) ? `http://${host}.${scheme}.localhost` : all,
    );
  }

  /** From the address in the browser to the app's. */
  toApp(address: string): string {
    return address.replace(
      /^http:\/\/([^/]*)\.([a-z]+)\.localhost/,
      (all, host: string, scheme: string) =>
        this.#handlers.has(scheme) ? `${scheme}://${host}` : all,
    );
  }

  async answer(address: string, method = 'GET'): Promise<Response> {
    const handler = this.#handlers.get(new URL(address).protocol.slice(0, -1));
    if (!handler) throw new Error(`Nobody handles ${address}.`);
    return handler(new Request(address, { method }));
  }

  /** Lets pages load what the handlers serve, and asks before a page goes elsewhere. */
  async attach(
    context: BrowserContext,
    mayNavigate: (request: PageRequest, address: string) => boolean,
  ): Promise<void> {
    await context.route('**', async (route) => {
      const request = route.request();
      const address = this.toApp(request.url());
      // Chromium stays where it is on this status; an aborted navigation would show an error page.
      if (request.isNavigationRequest() && !mayNavigate(request, address)) {
        return route.fulfill({ status: 204 });
      }
      if (address === request.url()) return route.abort();
      const response = await this.answer(address, request.method());
      return route.fulfill({
        status: response.status,
        headers: Object.fromEntries(response.headers),
        body: Buffer.from(await response.arrayBuffer()),
      });
    });
  }
}
