import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadToken } from '../../src/server/token.ts';
import { fillDisk, mountSmallDisk } from '../support/small-disk.ts';
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

describe('a disk that takes nothing', () => {
  it('leaves a token that is there in use, and gives one for the run where there is none', (context) => {
    const disk = mountSmallDisk();
    if (!disk) {
      context.skip('This user may not mount a small disk.');
      return;
    }
    const folder = (name: string): string => {
      const made = path.join(disk, name);
      fs.mkdirSync(made);
      return made;
    };
    const kept = folder('kept');
    const empty = folder('empty');
    const open = folder('open');
    const token = loadToken(kept);
    const seen = loadToken(open);
    fs.chmodSync(path.join(open, 'browser-token'), 0o644);
    execFileSync('mount', ['-o', 'remount,ro', disk]);

    expect(loadToken(kept)).toBe(token);
    for (const home of [empty, open]) {
      const forThisRun = loadToken(home);
      expect(forThisRun).toMatch(/^[\w-]{43}$/);
      expect(loadToken(home)).not.toBe(forThisRun);
      expect(forThisRun).not.toBe(seen);
    }
    expect(fs.readdirSync(empty)).toEqual([]);
  });

  it('gives a token for the run and leaves nothing half written when it is full', (context) => {
    const disk = mountSmallDisk();
    if (!disk) {
      context.skip('This user may not mount a small disk.');
      return;
    }
    fillDisk(path.join(disk, 'ballast'));
    expect(loadToken(disk)).toMatch(/^[\w-]{43}$/);
    expect(fs.readdirSync(disk)).toEqual(['ballast']);
  });
});
