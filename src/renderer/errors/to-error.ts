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
 * Gives the message of each field that an error is about: those of an InvalidInput error, or the one that another error
 * names, such as an alias that is taken.
 *
 * @returns Messages by the field's own name: `patch.labels.0` counts for `labels`. Empty for an error about no field.
 */
export function fieldErrors(error: SweatShopError): Record<string, string> {
  const { field } = error.details;
  if (typeof field === 'string') return { [field]: sentence(error.message) };
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
