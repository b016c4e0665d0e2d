import * as v from 'valibot';
import { invalidInput } from '../shared/errors.ts';
import type { RequestMessage } from '../shared/transport.ts';

/** The id of an answer to a message whose own id cannot be read. */
export const UNKNOWN_ID = -1;

const IdSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const RequestSchema = v.object({
  id: IdSchema,
  channel: v.string(),
  args: v.array(v.unknown()),
});

/**
 * Reads a call from what a client sent.
 *
 * @param text One message as it came.
 * @returns The call, or the id to answer with and what is wrong.
 */
export function readRequest(
  text: string,
): RequestMessage | { readonly id: number; readonly fault: Error } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return {
      id: UNKNOWN_ID,
      fault: invalidInput({ path: '', message: 'The message is not JSON.' }),
    };
  }
  const parsed = v.safeParse(RequestSchema, json);
  if (parsed.success) return parsed.output;
  const idOnly = v.safeParse(v.object({ id: IdSchema }), json);
  return {
    id: idOnly.success ? idOnly.output.id : UNKNOWN_ID,
    fault: invalidInput(
      ...parsed.issues.map((issue) => ({
        path: v.getDotPath(issue) ?? '',
        message: issue.message,
      })),
    ),
  };
}
