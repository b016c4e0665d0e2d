import { createInterface } from 'node:readline';
import { SweatShopError } from '../shared/errors.ts';
import type { CommandContext } from './command-context.ts';

/**
 * Gives the way to ask a person, where one sits in front of a terminal.
 *
 * @param input Where the answer is typed.
 * @param output Where the question is shown: standard error, for results go to standard output.
 */
export function terminalConfirm(
  input: NodeJS.ReadStream,
  output: NodeJS.WriteStream,
): ((question: string) => Promise<boolean>) | null {
  if (!input.isTTY || !output.isTTY) return null;
  return async (question) => {
    const lines = createInterface({ input, output });
    try {
      // Ctrl+C and Ctrl+D close it without an answer.
      const answer = await new Promise<string | null>((resolve) => {
        lines.once('close', () => {
          resolve(null);
        });
        lines.question(`${question} [y/N] `, resolve);
      });
      if (answer === null) output.write('\n');
      return /^y(es)?$/i.test(answer?.trim() ?? '');
    } finally {
      lines.close();
    }
  };
}

/**
 * Makes sure that something is meant, before it is done.
 *
 * @param isAgreed Whether `--yes` was given.
 * @returns Whether to do it.
 * @throws SweatShopError InvalidInput where nobody can be asked.
 */
export async function isMeant(
  { confirm, stderr }: CommandContext,
  isAgreed: boolean,
  question: string,
): Promise<boolean> {
  if (isAgreed) return true;
  if (confirm === null) {
    throw new SweatShopError('InvalidInput', 'Add --yes to do this without being asked.');
  }
  if (await confirm(question)) return true;
  stderr.write('Nothing was changed.\n');
  return false;
}
