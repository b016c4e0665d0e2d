import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { loadToken } from '../../src/server/token.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

it('makes a token once and keeps it, readable for its owner only', () => {
  const home = temporaryFolder();
  const token = loadToken(home);
  expect(token).toMatch(/^[\w-]{43}$/);
  expect(loadToken(home)).toBe(token);
  expect(fs.readdirSync(home)).toEqual(['browser-token']);
  expect(fs.statSync(path.join(home, 'browser-token')).mode & 0o777).toBe(0o600);
  expect(loadToken(temporaryFolder())).not.toBe(token);
});

it('closes a file that others could read, and replaces one that holds no token', () => {
  const home = temporaryFolder();
  const file = path.join(home, 'browser-token');
  const token = loadToken(home);
  fs.chmodSync(file, 0o644);
  expect(loadToken(home)).toBe(token);
  expect(fs.statSync(file).mode & 0o777).toBe(0o600);

  fs.writeFileSync(file, '');
  expect(loadToken(home)).toMatch(/^[\w-]{43}$/);
});
