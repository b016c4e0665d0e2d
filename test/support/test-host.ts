import fs from 'node:fs';
import http, { type IncomingHttpHeaders, type RequestOptions } from 'node:http';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { startBrowserHost } from '../../src/server/browser-host.ts';
import type { Limits } from '../../src/host/limits.ts';
import { SocketClient } from './socket-client.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { openTestApp, type TestApp } from './test-app.ts';

const TOKEN = 'a-token-for-tests';

export type TestHost = TestApp & {
  readonly port: number;
  readonly token: string;
  connect(): Promise<SocketClient>;
  close(): Promise<void>;
};

/** Starts the browser host over a real application in memory, with a page of two files. */
export async function startTestHost(limits: Partial<Limits> = {}): Promise<TestHost> {
  const folder = temporaryFolder();
  const pageDir = path.join(folder, 'page');
  fs.mkdirSync(path.join(pageDir, 'assets'), { recursive: true });
  fs.writeFileSync(path.join(pageDir, 'index.html'), '<!doctype html><title>page</title>');
  fs.writeFileSync(path.join(pageDir, 'assets/main-1a2b.js'), 'export {};');
  fs.writeFileSync(path.join(folder, 'secret.txt'), 'secret');

  const testApp = await openTestApp();
  const host = await startBrowserHost({ app: testApp.app, token: TOKEN, pageDir, port: 0, limits });
  onTestFinished(() => host.close());
  const address = { port: host.port, token: TOKEN };
  return {
    ...testApp,
    ...address,
    connect: () => SocketClient.open(address),
    close: () => host.close(),
  };
}

export type Answer = { status: number; headers: IncomingHttpHeaders; body: string };

/** Makes a request exactly as told: unlike fetch, with any Host and with a path that nobody tidies. */
export async function request(
  port: number,
  requestPath: string,
  { body, ...options }: RequestOptions & { body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    http
      .request({ host: '127.0.0.1', port, path: requestPath, agent: false, ...options })
      .on('error', reject)
      .on('response', (response) => {
        const { statusCode = 0, headers } = response;
        text(response).then((body) => {
          resolve({ status: statusCode, headers, body });
        }, reject);
      })
      .end(body);
  });
}
