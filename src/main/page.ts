import fs from 'node:fs/promises';
import path from 'node:path';
import { app, protocol } from 'electron';
import { contentSecurityPolicy, securityHeaders } from '../host/page-policy.ts';

const SCHEME = 'app';
const HOST = 'sweatshop';
const pageDir = path.join(import.meta.dirname, '../renderer');

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** The page that windows show: the built one, or that of the development server outside a package. */
export function pageUrl(): string {
  const developmentUrl = process.env.SWEATSHOP_DEV_URL;
  if (developmentUrl !== undefined && !app.isPackaged) return developmentUrl;
  return `${SCHEME}://${HOST}/index.html`;
}

/** Tells whether an address belongs to our own page. */
export function isPageAddress(address: string): boolean {
  const url = URL.parse(address);
  const own = new URL(pageUrl());
  return url !== null && url.protocol === own.protocol && url.host === own.host;
}

/** Gives the page an origin of its own, which file: addresses do not have; only before Electron is ready. */
export function registerPageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** Serves the files of the built page, and nothing outside their folder. */
export function servePage(): void {
  protocol.handle(SCHEME, async (request) => {
    if (request.method !== 'GET') return answer(405, 'Files are read with GET only.');
    const file = fileFor(request.url);
    if (file === null) return answer(404, 'There is nothing at this address.');
    try {
      const type = contentTypes[path.extname(file)] ?? 'application/octet-stream';
      return answer(200, new Uint8Array(await fs.readFile(file)), type);
    } catch {
      return answer(404, 'There is nothing at this address.');
    }
  });
}

function fileFor(address: string): string | null {
  const url = new URL(address);
  if (url.host !== HOST) return null;
  let name: string;
  try {
    name = decodeURIComponent(url.pathname);
  } catch {
    return null;
  }
  const file = path.join(pageDir, name);
  // An encoded separator or "..", or a NUL, is decoded only after the URL was normalised.
  const isInside = file.startsWith(pageDir + path.sep) && !file.includes('\0');
  return isInside ? file : null;
}

function answer(
  status: number,
  body: string | Uint8Array<ArrayBuffer>,
  type = 'text/plain',
): Response {
  const headers = {
    ...securityHeaders,
    'Content-Security-Policy': contentSecurityPolicy(),
    'Content-Type': type,
  };
  return new Response(body, { status, headers });
}
