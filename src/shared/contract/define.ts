import type * as v from 'valibot';
import type { ErrorCode } from '../errors.ts';

/** One positional argument of a call: the name is for messages and the reference. */
export type Argument<Schema extends v.GenericSchema = v.GenericSchema> = {
  readonly name: string;
  readonly schema: Schema;
};

/** A call that a client can make: its wire name, positional arguments and result. */
export type Channel<
  Name extends string = string,
  Args extends readonly Argument[] = readonly Argument[],
  Result extends v.GenericSchema = v.GenericSchema,
> = {
  readonly kind: 'channel';
  readonly name: Name;
  /** One sentence for the reference. */
  readonly summary: string;
  readonly args: Args;
  readonly result: Result;
  /** What it can fail with beside what follows from its arguments and what any call can. */
  readonly errors: readonly ErrorCode[];
};

/** A message that the application pushes to every client. */
export type PushEvent<
  Name extends string = string,
  Payload extends v.GenericSchema = v.GenericSchema,
> = {
  readonly kind: 'event';
  readonly name: Name;
  readonly summary: string;
  readonly payload: Payload;
};

/**
 * Describes one argument of a call.
 *
 * @param name Its name in messages and in the reference.
 * @param schema What it looks like; an optional one may be left out.
 */
export function arg<Schema extends v.GenericSchema>(
  name: string,
  schema: Schema,
): Argument<Schema> {
  return { name, schema };
}

/**
 * Describes a call.
 *
 * @param name The wire name, such as `ticket:list`.
 * @param summary What it does, in one sentence.
 * @param args The arguments in order, optional ones last.
 * @param result The schema of what it gives back.
 * @param errors What it can fail with beside what follows from its arguments and what any call can.
 */
export function channel<
  Name extends string,
  const Args extends readonly Argument[],
  Result extends v.GenericSchema,
>(
  name: Name,
  summary: string,
  args: Args,
  result: Result,
  errors: readonly ErrorCode[] = [],
): Channel<Name, Args, Result> {
  return { kind: 'channel', name, summary, args, result, errors };
}

/**
 * Describes a push event.
 *
 * @param name The wire name, such as `chat:on-message`.
 * @param summary When it is sent, in one sentence.
 * @param payload The schema of what it carries.
 */
export function pushEvent<Name extends string, Payload extends v.GenericSchema>(
  name: Name,
  summary: string,
  payload: Payload,
): PushEvent<Name, Payload> {
  return { kind: 'event', name, summary, payload };
}
