/** A process that asks the owner of the home of its first argument how it stands, and prints what came of it as JSON. */
import { nodeFileSystem } from '../../src/store/node-file-system.ts';
import { askOwner } from '../../src/store/owner-query.ts';

const asked = await askOwner(nodeFileSystem, process.argv[2] ?? '');
process.stdout.write(JSON.stringify(asked));
