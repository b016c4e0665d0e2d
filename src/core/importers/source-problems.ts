import { SweatShopError } from '../../shared/errors.ts';

const MAX_SHOWN = 20;

/** Why a line of a source cannot be read; lines are counted from 1. */
export type SourceProblem = { readonly line: number; readonly message: string };

/**
 * Refuses a source as a whole where something is wrong with it.
 *
 * @param file What messages call it.
 * @throws SweatShopError InvalidInput that names every problem, the first twenty in words; nothing where there is none.
 */
export function refuseProblems(file: string, problems: readonly SourceProblem[]): void {
  if (problems.length === 0) return;
  const shown = problems
    .slice(0, MAX_SHOWN)
    .map(({ line, message }) => `${file}:${String(line)}: ${message}`);
  const more = problems.length - shown.length;
  const text = [
    ...shown,
    ...(more > 0 ? [`and ${more.toLocaleString('en')} more of this kind`] : []),
    'Nothing was imported. Correct the file and run the same command again.',
  ].join('\n');
  throw new SweatShopError('InvalidInput', text, { place: `${file}:${String(problems[0]?.line)}` });
}

/** Gives the last part of a path, of whatever system it is. */
export function baseNameOf(file: string): string {
  return file.replace(/^.*[/\\]/, '');
}
