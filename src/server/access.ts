import crypto from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** What comes before the key of a page in the subprotocol that its WebSocket asks for. */
const KEY_PREFIX = 'sweatshop.';
const SESSION_MAX_AGE_S = 365 * 24 * 60 * 60;

/** Decides who may talk to the browser host. */
export class Access {
  readonly #port: number;
  readonly #token: string;
  readonly #session: string;
  readonly #key: string;

  /**
   * @param port The port the host listens on.
   * @param token What a page or a program shows to be let in.
   */
  constructor(port: number, token: string) {
    this.#port = port;
    this.#token = token;
    // Neither can be turned back into the token, which lets a program in, nor into the other.
    this.#session = derive(token, 'browser session');
    this.#key = derive(token, 'page key');
  }

  /** Tells whether a request names this host and comes from its own page or from no page: a name that was rebound to 127.0.0.1, or a foreign page, does not. */
  isOwn({ headers }: IncomingMessage): boolean {
    const { host, origin } = headers;
    const names = ['127.0.0.1', 'localhost', '[::1]'].map(
      (name) => `${name}:${String(this.#port)}`,
    );
    if (host === undefined || !names.includes(host)) return false;
    return origin === undefined || origin === `http://${host}`;
  }

  /** Tells whether a text is the token. */
  isToken(text: unknown): boolean {
    return typeof text === 'string' && isSame(text, this.#token);
  }

  /**
   * Tells whether the request for a WebSocket shows the cookie and the key of a session or, as programs do, the token
   * itself.
   */
  isSignedIn({ headers }: IncomingMessage): boolean {
    const bearer = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
    if (bearer !== undefined) return this.isToken(bearer);
    // Every browser names the origin of a WebSocket; without it the cookie is in foreign hands.
    if (headers.origin === undefined) return false;
    // A browser shows the cookie to every port of this machine, so another server may have it. It has not the key.
    return (
      readCookies(headers.cookie, this.#cookieName).some((value) => isSame(value, this.#session)) &&
      readKeys(headers['sec-websocket-protocol']).some((value) => isSame(value, this.#key))
    );
  }

  /** Makes the Set-Cookie header that signs a page in. */
  sessionCookie(): string {
    return `${this.#cookieName}=${this.#session}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${String(SESSION_MAX_AGE_S)}`;
  }

  /** Gives the second half of a session, which the page keeps where only its own address and port can read it. */
  pageKey(): string {
    return this.#key;
  }

  /** Cookies do not tell ports apart, so the name does. */
  get #cookieName(): string {
    return `sweatshop-session-${String(this.#port)}`;
  }
}

function readCookies(header: string | undefined, name: string): string[] {
  return (header ?? '')
    .split(';')
    .map((pair) => pair.trim().split('='))
    .flatMap(([key, value]) => (key === name && value !== undefined ? [value] : []));
}

function readKeys(header: string | undefined): string[] {
  return (header ?? '')
    .split(',')
    .map((protocol) => protocol.trim())
    .filter((protocol) => protocol.startsWith(KEY_PREFIX))
    .map((protocol) => protocol.slice(KEY_PREFIX.length));
}

function derive(token: string, purpose: string): string {
  return crypto.createHmac('sha256', token).update(purpose).digest('base64url');
}

/** Compares in constant time; hashing first makes the lengths equal. */
function isSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => crypto.createHash('sha256').update(text).digest());
  return a !== undefined && b !== undefined && crypto.timingSafeEqual(a, b);
}
