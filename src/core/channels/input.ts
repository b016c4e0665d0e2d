import * as v from 'valibot';
import type { Channel } from '../../shared/contract/define.ts';
import { invalidInput, type InputIssue } from '../../shared/errors.ts';

/**
 * Parses the arguments of a call.
 *
 * @returns The parsed arguments, one for each position.
 * @throws SweatShopError InvalidInput; a path is that of the field within its argument, such as `priority`,
 *   or the name of the argument where the argument itself is wrong.
 */
export function parseArgs({ args }: Channel, given: readonly unknown[]): unknown[] {
  const issues: InputIssue[] = [];
  if (given.length > args.length) {
    issues.push({
      path: '',
      message: `expected at most ${String(args.length)} argument(s) but received ${String(given.length)}`,
    });
  }
  const parsed = args.map(({ name, schema }, index) => {
    const result = v.safeParse(schema, given[index]);
    if (result.success) return result.output;
    issues.push(...result.issues.map((issue) => toInputIssue(issue, name)));
    return undefined;
  });
  if (issues.length > 0) throw invalidInput(...issues);
  return parsed;
}

function toInputIssue(issue: v.BaseIssue<unknown>, argName: string): InputIssue {
  // A union reports only that nothing fitted; the option that came closest tells what is wrong.
  const closest = issue.issues?.find((inner) => inner.path !== undefined);
  if (closest && issue.path === undefined) return toInputIssue(closest, argName);
  return { path: v.getDotPath(issue) ?? argName, message: messageOf(issue) };
}

function messageOf(issue: v.BaseIssue<unknown>): string {
  if (issue.type === 'strict_object' && issue.expected === 'never') return 'is not a known field';
  if (issue.type === 'picklist') {
    return `must be one of ${String(issue.expected)
      .replace(/^\(|\)$/g, '')
      .replaceAll(' |', ',')}, not ${issue.received}`;
  }
  if (issue.received === 'undefined') return 'must be given';
  return issue.message.replace(/^Invalid \w+: Expected/, 'expected');
}
