#!/usr/bin/env node
import module from 'node:module';
import path from 'node:path';

// Whoever can write here can write the bundle itself. Where nobody may, and in an old Node, each start compiles anew.
if ('enableCompileCache' in module) {
  module.enableCompileCache(path.join(import.meta.dirname, 'compile-cache'));
}

// What is imported before the cache is on, is compiled each time.
const { runProcess } = await import('./process.ts');
await runProcess(import.meta.dirname);
