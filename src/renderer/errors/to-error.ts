import { fromWireError, type InputIssue, messageOf, SweatShopError } from '../../shared/errors.ts';

/**
 * Turns whatever a call rejected with into a SweatShopError.
 *
 * The preload bridge can only reject with plain data: classes do not cross the boundary of a world.
 */
export function toError(thrown: unknown): SweatShopError {
  if (thrown instanceof SweatShopError) return thrown;
  if (typeof thrown === 'object' && thrown !== null && 'code' in thrown) {
    return fromWireError(thrown);
  }
  return new SweatShopError('Internal', messageOf(thrown), {}, thrown);
}

/**
 * Gives the message of each failing field of an InvalidInput error.
 *
 * @returns Messages by the field's own name: `patch.labels.0` counts for `labels`. Empty for every other code.
 */
export function fieldErrors(error: SweatShopError): Record<string, string> {
  if (error.code !== 'InvalidInput' || !Array.isArray(error.details['issues'])) return {};
  const found: Record<string, string> = {};
  for (const issue of error.details['issues'] as Partial<InputIssue>[]) {
    const field = fieldOf(issue.path ?? '');
    found[field] ??= sentence(issue.message ?? 'does not fit');
  }
  return found;
}

/** Arguments are named after what they are; a field stands behind the first dot. */
function fieldOf(path: string): string {
  const [first = '', second] = path.split('.');
  return second ?? first;
}

function sentence(text: string): string {
  const trimmed = text.trim();
  const start = trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
  return /[.!?]$/.test(start) ? start : `${start}.`;
}
