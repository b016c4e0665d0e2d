import { parseArgs } from 'node:util';
import type { ResultOptions } from './output/results.ts';

const USAGE_EXIT_CODE = 2;
const DEFAULT_RUNS = '5';

export type BenchOptions = ResultOptions & {
  /** The names of the groups to measure. */
  readonly only: readonly string[];
  readonly runs: number;
  readonly sizes: readonly number[];
  /** Files of figures to show instead of measuring. */
  readonly from: readonly string[];
};

/**
 * Reads the arguments; ends the process for `--help`, and for what makes no sense.
 *
 * @param command The npm script that is run.
 * @param groups What `--only` chooses from.
 */
export function readOptions(
  groups: readonly string[],
  { command = 'bench', defaultSizes = '1000,10000,100000,1000000' } = {},
): BenchOptions {
  const usage = `Usage: npm run ${command} -- [options]

Measures how fast SweatShop is, beside ${command === 'bench' ? "Node's own SQLite in the same process and run" : 'what a screen can show'}.

  --only NAMES      only these parts, with commas between: ${groups.join(', ')}
  --runs N          how often each is measured; figures are medians (default: ${DEFAULT_RUNS})
  --sizes LIST      row counts at which growth is looked at (default: ${defaultSizes})
  --json FILE       also writes the figures there, and the machine to FILE with .machine.json for .json
  --markdown        prints the table as Markdown
  --plot FILE       also draws those with a goal as SVG
  --from FILES      measures nothing, and shows what --json has written there
  --help            shows this text
`;
  try {
    const { values } = parseArgs({
      options: {
        only: { type: 'string' },
        runs: { type: 'string', default: DEFAULT_RUNS },
        sizes: { type: 'string', default: defaultSizes },
        json: { type: 'string' },
        markdown: { type: 'boolean', default: false },
        plot: { type: 'string' },
        from: { type: 'string', default: '' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) {
      process.stdout.write(usage);
      process.exit(0);
    }
    const only = values.only?.split(',') ?? groups;
    const unknown = only.find((name) => !groups.includes(name));
    if (unknown !== undefined) throw new Error(`There is no part ${unknown}.`);
    return {
      only,
      runs: toCount(values.runs),
      sizes: values.sizes
        .split(',')
        .map(toCount)
        .sort((one, other) => one - other),
      from: values.from.split(',').filter((file) => file !== ''),
      json: values.json ?? null,
      plot: values.plot ?? null,
      isMarkdown: values.markdown,
    };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exit(USAGE_EXIT_CODE);
  }
}

function toCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new Error(`${text} is no count.`);
}
