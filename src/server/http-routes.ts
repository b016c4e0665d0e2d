import type { IncomingMessage, ServerResponse } from 'node:http';
import sirv from 'sirv';
import { contentSecurityPolicy, securityHeaders } from '../host/page-policy.ts';
import type { ErrorCode } from '../shared/errors.ts';
import type { Access } from './access.ts';

const MAX_SESSION_BODY_BYTES = 1_024;
const YEAR_S = 31_536_000;
/** The page itself holds the reference, so that it shows to those who have a session. */
const REFERENCE_PATH = '/reference';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Makes what answers plain requests: the page, `GET /health`, `GET /reference` and `POST /session`.
 *
 * @param access Who may talk to this host.
 * @param pageDir The folder of the built page.
 */
export function createHttpRoutes(access: Access, pageDir: string): Handler {
  const servePage = sirv(pageDir, {
    etag: true,
    setHeaders(response, pathname) {
      const isHashed = pathname.startsWith('/assets/');
      response.setHeader(
        'Cache-Control',
        isHashed ? `public, max-age=${String(YEAR_S)}, immutable` : 'no-cache',
      );
    },
  });
  return (request, response) => {
    setHeaders(request, response);
    const [pathname] = (request.url ?? '/').split('?');
    if (!access.isOwn(request)) {
      refuse(response, 403, 'Forbidden', 'This address answers only its own page.');
    } else if (pathname === '/session') {
      void openSession(access, request, response);
    } else if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      refuse(response, 405, 'InvalidInput', 'This path is read with GET only.');
    } else if (pathname === '/health') {
      response.setHeader('Cache-Control', 'no-store').end('ok\n');
    } else if (pathname === REFERENCE_PATH) {
      response.writeHead(302, { Location: '/#/reference', 'Cache-Control': 'no-store' }).end();
    } else {
      servePage(request, response, () => {
        refuse(response, 404, 'NotFound', 'There is nothing at this path.');
      });
    }
  };
}

/** Ends a request with a status and the error in the shape of every other answer. */
export function refuse(
  response: ServerResponse,
  status: number,
  code: ErrorCode,
  message: string,
): void {
  response
    .writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
    .end(`${JSON.stringify({ ok: false, error: { code, message, details: {} } })}\n`);
}

async function openSession(
  access: Access,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'POST') {
    response.setHeader('Allow', 'POST');
    refuse(response, 405, 'InvalidInput', 'A session is opened with POST.');
    return;
  }
  const body = await readJson(request);
  if (body === undefined) {
    response.setHeader('Connection', 'close');
    refuse(response, 400, 'InvalidInput', 'Send the token as JSON: {"token":"…"}.');
  } else if (
    typeof body !== 'object' ||
    body === null ||
    !('token' in body) ||
    !access.isToken(body.token)
  ) {
    const message = 'The token is wrong. Open the address that SweatShop printed when it started.';
    refuse(response, 403, 'Forbidden', message);
  } else {
    response
      .writeHead(200, {
        'Set-Cookie': access.sessionCookie(),
        'Content-Type': 'application/json',
        'Cache-Control': 'no-store',
      })
      .end(`${JSON.stringify({ key: access.pageKey() })}\n`);
  }
}

/** Gives the parsed body, or undefined when it is not JSON, too long or broken off. */
async function readJson(request: IncomingMessage): Promise<unknown> {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) return undefined;
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MAX_SESSION_BODY_BYTES) return undefined;
      chunks.push(chunk);
    }
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

function setHeaders(request: IncomingMessage, response: ServerResponse): void {
  for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
  // Not every browser takes 'self' to cover the WebSocket of the same host.
  const socket = /^[\w.[\]:]+$/.test(request.headers.host ?? '')
    ? `ws://${request.headers.host ?? ''}`
    : '';
  response.setHeader('Content-Security-Policy', contentSecurityPolicy(...(socket ? [socket] : [])));
}
