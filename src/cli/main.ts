#!/usr/bin/env node
import fs from 'node:fs';
import module from 'node:module';
import path from 'node:path';

/** What the code uses; an older one can still pass the command on. */
const MIN_NODE_MAJOR = 22;

if (Number.parseInt(process.versions.node) >= MIN_NODE_MAJOR) {
  // Whoever can write here can write the bundle itself. Where nobody may, each start compiles anew.
  module.enableCompileCache(path.join(import.meta.dirname, 'compile-cache'));
  // What is imported before the cache is on, is compiled each time.
  const { runProcess } = await import('./process.ts');
  await runProcess(import.meta.dirname);
} else {
  await runInOwnNode();
}

/** The Node on the PATH may be older than the one that npm has installed for SweatShop. */
async function runInOwnNode(): Promise<void> {
  const ownNode = path.join(import.meta.dirname, '../../node_modules/.bin/node');
  if (process.platform === 'win32' || !fs.existsSync(ownNode)) {
    const needed = String(MIN_NODE_MAJOR);
    process.stderr.write(
      `sweatshop: This is Node.js ${process.versions.node}; install version ${needed} or newer.\n`,
    );
    process.exitCode = 1;
    return;
  }
  const { runNode } = await import('./run-node.ts');
  const { exitCode, signal } = await runNode(ownNode, process.argv.slice(1));
  if (signal === null) process.exitCode = exitCode ?? 1;
  else process.kill(process.pid, signal);
}
