import path from 'node:path';

/** The folder that holds package.json. */
export const projectDir = path.resolve(import.meta.dirname, '../..');

/** Where the bundles are; `build` for Electron and Node, `renderer` for the page. */
export const outputDir = path.join(projectDir, '.vite');

/** The browser host, as an ES module that runs when it is imported. */
export const serverFile = path.join(outputDir, 'build/server.js');

/** The command line, as an ES module that runs when it is imported. */
export const cliFile = path.join(outputDir, 'build/cli.js');

/** What Node needs to run the TypeScript in this folder. */
export const typeScriptFlags = [
  '--experimental-strip-types',
  '--disable-warning=ExperimentalWarning',
];
