import { SweatShopError, type InputIssue } from '../../../shared/errors.ts';

const MAX_NAMED_ISSUES = 20;

/** Makes the error for a source in which something is wrong; it names the first places, and how many more there are. */
export function refusal(issues: readonly InputIssue[]): SweatShopError {
  const named = issues.slice(0, MAX_NAMED_ISSUES).map(({ path, message }) => `${path} ${message}.`);
  const rest = issues.length - named.length;
  const more = rest > 0 ? ` And ${String(rest)} more.` : '';
  return new SweatShopError('InvalidInput', `${named.join(' ')}${more}`, { issues });
}
