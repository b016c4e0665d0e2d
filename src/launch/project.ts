import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** The folder that holds package.json. */
export const projectDir = path.resolve(import.meta.dirname, '../..');

/** Where the bundles are; `build` for Electron and Node, `renderer` for the page. */
export const outputDir = path.join(projectDir, '.vite');

/** The browser host, as an ES module that runs when it is imported. */
export const serverUrl = pathToFileURL(path.join(outputDir, 'build/server.js')).href;

/** The command line, as an ES module that runs when it is imported. */
export const cliUrl = pathToFileURL(path.join(outputDir, 'build/cli.js')).href;

/** What Node needs to run the TypeScript in this folder. */
export const typeScriptFlags = [
  '--experimental-strip-types',
  '--disable-warning=ExperimentalWarning',
];
