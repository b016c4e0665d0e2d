import crypto from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startBrowserHost } from '../../src/server/browser-host.ts';
import { handshakeStatus } from '../support/socket-client.ts';
import { request, startTestHost, type Answer, type TestHost } from '../support/test-host.ts';

const forbidden = expect.stringContaining('"code":"Forbidden"') as string;

async function signIn(host: TestHost, token = host.token) {
  return request(host.port, '/session', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ token }),
  });
}

/** Gives what a page shows later: the cookie, and the subprotocol that holds the key. */
function readSession({ headers, body }: Answer): { pair: string; protocols: string[] } {
  const [cookie = ''] = headers['set-cookie'] ?? [];
  const [pair = ''] = cookie.split(';');
  const { key } = JSON.parse(body) as { key: string };
  return { pair, protocols: [`sweatshop.${key}`] };
}

function origin({ port }: TestHost): string {
  return `http://127.0.0.1:${String(port)}`;
}

describe('the page', () => {
  it('is served under a policy that allows nothing inline and nothing from elsewhere', async () => {
    const host = await startTestHost();
    const { status, headers, body } = await request(host.port, '/');
    expect(status).toBe(200);
    expect(body).toContain('<title>page</title>');
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'; script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/https?:|\*/);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-cache',
    });
  });

  it('leads from /reference to the reference in the page', async () => {
    const host = await startTestHost();
    const { status, headers } = await request(host.port, '/reference');
    expect(status).toBe(302);
    expect(headers.location).toBe('/#/reference');
  });

  it('lets the browser keep files whose names change with their content', async () => {
    const host = await startTestHost();
    const { headers } = await request(host.port, '/assets/main-1a2b.js');
    expect(headers['cache-control']).toContain('immutable');
    expect(headers['content-type']).toContain('text/javascript');
  });

  it.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/..%5csecret.txt',
    '//secret.txt',
    '/%00',
    '/%zz',
  ])('does not lead out of its folder by %s', async (path) => {
    const host = await startTestHost();
    const { status, body } = await request(host.port, path);
    expect(status).toBe(404);
    expect(body).not.toContain('secret');
  });

  it('answers /health to anybody on this machine, and nothing else by another method', async () => {
    const host = await startTestHost();
    expect(await request(host.port, '/health')).toMatchObject({ status: 200, body: 'ok\n' });
    expect(await request(host.port, '/', { method: 'DELETE' })).toMatchObject({ status: 405 });
  });
});

describe('a request from elsewhere', () => {
  it.each(['/', '/health', '/session', '/assets/main-1a2b.js'])(
    'is refused at %s when it names a foreign host, as after DNS rebinding',
    async (path) => {
      const host = await startTestHost();
      for (const name of [
        'evil.test',
        `evil.test:${String(host.port)}`,
        '127.0.0.1',
        '127.0.0.1:1',
      ]) {
        const answer = await request(host.port, path, { headers: { Host: name } });
        expect(answer).toMatchObject({ status: 403, body: forbidden });
      }
    },
  );

  it('is refused when it comes from a foreign page, even one on this machine', async () => {
    const host = await startTestHost();
    const { port } = host;
    for (const foreign of [
      'http://evil.test',
      'http://127.0.0.1:1',
      `http://localhost:${String(port)}`,
      `https://127.0.0.1:${String(port)}`,
      'null',
    ]) {
      const answer = await request(port, '/', { headers: { Origin: foreign } });
      expect(answer).toMatchObject({ status: 403, body: forbidden });
    }
    expect(await request(port, '/', { headers: { Origin: origin(host) } })).toMatchObject({
      status: 200,
    });
  });

  it.each(['127.0.0.1', 'localhost', '[::1]'])('is none when it names %s', async (name) => {
    const { port } = await startTestHost();
    const own = `${name}:${String(port)}`;
    const headers = { Host: own, Origin: `http://${own}` };
    expect(await request(port, '/health', { headers })).toMatchObject({ status: 200 });
  });
});

describe('a session', () => {
  it('is opened by the token and kept in a cookie that scripts and other sites do not get, and a key', async () => {
    const host = await startTestHost();
    const answer = await signIn(host);
    expect(answer.status).toBe(200);
    const [cookie = ''] = answer.headers['set-cookie'] ?? [];
    expect(cookie).toMatch(new RegExp(`^sweatshop-session-${String(host.port)}=`));
    expect(cookie).toContain('; HttpOnly');
    expect(cookie).toContain('; SameSite=Strict');
    expect(cookie).not.toContain(host.token);

    const { pair, protocols } = readSession(answer);
    expect(answer.body).not.toContain(host.token);
    expect(cookie).not.toContain(protocols[0]?.replace('sweatshop.', ''));
    const headers = { Origin: origin(host), Cookie: pair };
    expect(await handshakeStatus(host.port, { headers, protocols })).toBe(101);
    const amongOthers = { ...headers, Cookie: `theme=dark; ${pair}; other=1` };
    expect(await handshakeStatus(host.port, { headers: amongOthers, protocols })).toBe(101);
  });

  it('is not open to who has only the cookie, as any server on this machine gets it, or only the key', async () => {
    const host = await startTestHost();
    const { pair, protocols } = readSession(await signIn(host));
    const own = { Origin: origin(host) };
    const headers = { ...own, Cookie: pair };
    const cookieValue = pair.slice(pair.indexOf('=') + 1);
    expect(await handshakeStatus(host.port, { headers })).toBe(403);
    for (const wrong of ['sweatshop.', 'sweatshop.x', `sweatshop.${cookieValue}`, 'other']) {
      expect(await handshakeStatus(host.port, { headers, protocols: [wrong] })).toBe(403);
    }
    expect(await handshakeStatus(host.port, { headers: own, protocols })).toBe(403);
  });

  it('is not opened by a wrong token, by none, or by a body that is not what it should be', async () => {
    const host = await startTestHost();
    const wrong = await signIn(host, `${host.token}x`);
    expect(wrong).toMatchObject({ status: 403, body: forbidden });
    expect(wrong.headers['set-cookie']).toBeUndefined();

    const json = { 'Content-Type': 'application/json' };
    const post = (headers: Record<string, string>, body: string) =>
      request(host.port, '/session', { method: 'POST', headers, body });
    expect(await post(json, '{"token":1}')).toMatchObject({ status: 403 });
    expect(await post(json, 'null')).toMatchObject({ status: 403 });
    expect(await post(json, '{')).toMatchObject({ status: 400 });
    expect(await post(json, `{"token":"${'x'.repeat(5_000)}"}`)).toMatchObject({ status: 400 });
    const good = JSON.stringify({ token: host.token });
    expect(await post({ 'Content-Type': 'text/plain' }, good)).toMatchObject({ status: 400 });
    expect(await request(host.port, '/session')).toMatchObject({ status: 405 });
  });
});

describe('the WebSocket', () => {
  it('accepts a program with the token and nobody without', async () => {
    const { port, token } = await startTestHost();
    const bearer = (text: string) => ({ headers: { Authorization: `Bearer ${text}` } });
    expect(await handshakeStatus(port, bearer(token))).toBe(101);
    expect(await handshakeStatus(port, bearer(`${token}x`))).toBe(403);
    expect(await handshakeStatus(port, bearer(''))).toBe(403);
    expect(await handshakeStatus(port)).toBe(403);
  });

  it('refuses a good token or cookie with a foreign Host or Origin', async () => {
    const host = await startTestHost();
    const { pair, protocols } = readSession(await signIn(host));
    const bearer = { Authorization: `Bearer ${host.token}` };
    for (const headers of [
      { ...bearer, Host: `evil.test:${String(host.port)}` },
      { ...bearer, Origin: 'http://evil.test' },
      { Cookie: pair, Origin: 'http://127.0.0.1:3000' },
      { Cookie: pair },
      { Cookie: 'sweatshop-session=x', Origin: origin(host) },
    ]) {
      expect(await handshakeStatus(host.port, { headers, protocols })).toBe(403);
    }
  });

  it('is at /ws only', async () => {
    const { port, token } = await startTestHost();
    const headers = { Authorization: `Bearer ${token}` };
    expect(await handshakeStatus(port, { headers, path: '/other' })).toBe(404);
  });
});

describe('the port', () => {
  it('is answered on the loopback interface only', async () => {
    const { port } = await startTestHost();
    const failure = await new Promise((resolve) => {
      // Another address of this machine's loopback network; a host on every address would answer here.
      const socket = net.connect({ host: '127.0.0.2', port });
      socket.on('error', resolve);
      socket.on('connect', () => {
        socket.destroy();
        resolve('connected');
      });
    });
    expect(failure).toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('is said to be taken when another program has it', async () => {
    const host = await startTestHost();
    const start = startBrowserHost({
      app: host.app,
      token: 't',
      pageDir: import.meta.dirname,
      port: host.port,
    });
    await expect(start).rejects.toMatchObject({
      code: 'Busy',
      message: expect.stringContaining(`Port ${String(host.port)} is taken`) as string,
    });
  });

  it('is given back where there is no page to serve', async () => {
    const host = await startTestHost();
    await host.close();
    const { app, port } = host;
    const options = { app, token: 't', pageDir: '/nowhere/at/all', port };
    await expect(startBrowserHost(options)).rejects.toThrow();
    const again = await startBrowserHost({ ...options, pageDir: import.meta.dirname });
    await again.close();
  });

  it('is the next free one when nobody asked for one in particular', async () => {
    const { app } = await startTestHost();
    const options = { app, token: 't', pageDir: import.meta.dirname };
    const first = await startBrowserHost(options);
    onTestFinished(() => first.close());
    const second = await startBrowserHost(options);
    onTestFinished(() => second.close());
    expect(second.port).toBeGreaterThan(first.port);
  });
});

describe('closing', () => {
  it.each([
    ['refused', ''],
    ['let in', 'Authorization: Bearer a-token-for-tests\r\n'],
  ])('does not wait for a client that was %s and never hangs up', async (_what, header) => {
    const host = await startTestHost();
    const socket = net.connect({ host: '127.0.0.1', port: host.port, allowHalfOpen: true });
    onTestFinished(() => {
      socket.destroy();
    });
    socket.write(
      `GET /ws HTTP/1.1\r\nHost: 127.0.0.1:${String(host.port)}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${crypto.randomBytes(16).toString('base64')}\r\n${header}\r\n`,
    );
    await once(socket, 'data');
    const startedMs = performance.now();
    await host.close();
    expect(performance.now() - startedMs).toBeLessThan(2_000);
  });
});
