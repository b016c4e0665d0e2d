import { PassThrough } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { terminalConfirm } from '../../src/cli/confirm.ts';

async function answerWith(typed: string | null): Promise<boolean | undefined> {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input });
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  const confirm = terminalConfirm(
    input as unknown as NodeJS.ReadStream,
    output as unknown as NodeJS.WriteStream,
  );
  const answer = confirm?.('Go on?');
  await nextTurn();
  if (typed === null) input.end();
  else input.write(typed);
  return answer;
}

describe('a question on a terminal', () => {
  it.each([
    ['y\r', true],
    ['YES\r', true],
    ['n\r', false],
    ['\r', false],
    ['yesterday\r', false],
  ])('takes %j for %j', async (typed, expected) => {
    expect(await answerWith(typed)).toBe(expected);
  });

  it.each([
    ['Ctrl+C', '\u0003'],
    ['Ctrl+D', '\u0004'],
    ['the end of the terminal', null],
  ])('takes %s for no', async (_, typed) => {
    expect(await answerWith(typed)).toBe(false);
  });
});
