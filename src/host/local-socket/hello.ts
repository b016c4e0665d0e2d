import * as v from 'valibot';

/** The first line of a client: the nonce of the lock record, which only the user of the home can read. */
export const ClientHelloSchema = v.object({
  nonce: v.string(),
  /** Whether the client wants push events. */
  events: v.boolean(),
});
export type ClientHello = v.InferOutput<typeof ClientHelloSchema>;

/** What the owner answers; anybody who does not show the nonce is hung up on without a word. */
export const OwnerHelloSchema = v.object({
  hello: v.literal(true),
  /** Of the SweatShop that answers. */
  version: v.string(),
});
export type OwnerHello = v.InferOutput<typeof OwnerHelloSchema>;

/** Longer than either of the two. */
export const HELLO_MAX_BYTES = 1_024;

/** Reads a first line; gives null for what is none. */
export function readHello<Output>(
  schema: v.GenericSchema<unknown, Output>,
  text: string,
): Output | null {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text);
  return parsed.success ? parsed.output : null;
}
