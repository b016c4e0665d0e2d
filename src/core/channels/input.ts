import * as v from 'valibot';
import type { Channel } from '../../shared/contract/define.ts';
import { invalidInput, type InputIssue } from '../../shared/errors.ts';

/** Nobody reads on after so many. */
const MAX_ISSUES = 20;

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
    issues.push(...result.issues.slice(0, MAX_ISSUES).map((issue) => toInputIssue(issue, name)));
    return undefined;
  });
  if (issues.length > 0) throw invalidInput(...issues);
  return parsed;
}

function toInputIssue(issue: v.BaseIssue<unknown>, argName: string, parentPath = ''): InputIssue {
  const path = [parentPath, v.getDotPath(issue) ?? ''].filter((part) => part !== '').join('.');
  const closest = issue.type === 'union' ? closestOf(issue.issues ?? []) : undefined;
  if (closest) return toInputIssue(closest, argName, path);
  return { path: path === '' ? argName : path, message: messageOf(issue) };
}

/** A union reports only that nothing fitted; the option that came furthest tells what is wrong. */
function closestOf(issues: readonly v.BaseIssue<unknown>[]): v.BaseIssue<unknown> | undefined {
  return (
    issues.find(({ path }) => path !== undefined) ?? issues.find(({ type }) => type !== 'array')
  );
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
