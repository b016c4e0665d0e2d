import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { nodeMachine } from '../../src/host/node-machine.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

it('tells whether a folder is there; a file is none', async () => {
  const folder = temporaryFolder();
  const file = path.join(folder, 'file');
  fs.writeFileSync(file, '');
  expect(await nodeMachine.folderExists(folder)).toBe(true);
  expect(await nodeMachine.folderExists(file)).toBe(false);
  expect(await nodeMachine.folderExists(path.join(file, 'inside'))).toBe(false);
  expect(await nodeMachine.folderExists(path.join(folder, 'absent'))).toBe(false);
  expect(await nodeMachine.folderExists('a'.repeat(10_000))).toBe(true);
});

it('tells whether a process runs', async () => {
  expect(nodeMachine.isProcessAlive(process.pid)).toBe(true);
  // Belongs to another user, unless this is the superuser.
  expect(nodeMachine.isProcessAlive(1)).toBe(true);
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  await once(child, 'spawn');
  const pid = child.pid ?? 0;
  expect(nodeMachine.isProcessAlive(pid)).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(nodeMachine.isProcessAlive(pid)).toBe(false);
});
