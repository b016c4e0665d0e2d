import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { toMarkdown } from '../shared/reference/reference-markdown.ts';
import { buildReference } from '../shared/reference/reference.ts';
import { outputDir } from './project.ts';

const { values } = parseArgs({
  options: { out: { type: 'string', default: path.join(outputDir, 'docs/api-reference.md') } },
});
const file = path.resolve(values.out);
fs.mkdirSync(path.dirname(file), { recursive: true });
fs.writeFileSync(file, toMarkdown(buildReference()));
console.log(`The API reference is in ${file}`);
