/** Every code a caller can meet. Codes decide what happens next; messages only inform. */
export const ERROR_CODES = [
  'NotFound',
  'InvalidInput',
  'Conflict',
  'InvalidTransition',
  'DependencyCycle',
  'DependencyUnmet',
  'LimitReached',
  'ReadOnly',
  'StorageFull',
  'DatabaseCorrupt',
  'Unreadable',
  'DatabaseTooNew',
  'Busy',
  'Forbidden',
  'Unavailable',
  'Internal',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/**
 * Plain data that goes with a code: `issues` for InvalidInput, `from`/`to`/`allowed` for InvalidTransition; `isHeld`
 * where the change is made in memory, and saved when the disk takes it.
 */
export type ErrorDetails = Readonly<Record<string, unknown>>;

/** One failing place of an InvalidInput error; `path` is dotted, such as `patch.priority`. */
export type InputIssue = { readonly path: string; readonly message: string };

/** The form in which an error crosses a process boundary. */
export type WireError = {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: ErrorDetails;
};

/** An error with a stable code that survives every transport. */
export class SweatShopError extends Error {
  override readonly name = 'SweatShopError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.details = details;
  }
}

/**
 * Makes the error for input that does not fit.
 *
 * @param issues Each failing place; the message names them all.
 */
export function invalidInput(...issues: InputIssue[]): SweatShopError {
  const message = issues.map(({ path, message }) => (path ? `${path}: ${message}` : message));
  return new SweatShopError('InvalidInput', message.join('; '), { issues });
}

/** Makes the error for an id that names nothing. */
export function notFound(entity: string, id: string): SweatShopError {
  return new SweatShopError('NotFound', `There is no ${entity} with the id ${id}.`, { entity, id });
}

/**
 * Turns anything that was thrown into plain data; never throws itself.
 *
 * An error without a code becomes Internal. Its message is kept, its stack is not: a stack may hold paths of the host.
 */
export function toWireError(error: unknown): WireError {
  if (error instanceof SweatShopError) {
    return { code: error.code, message: error.message, details: toPlainDetails(error.details) };
  }
  return { code: 'Internal', message: messageOf(error), details: {} };
}

/** Rebuilds the error that {@link toWireError} flattened; anything malformed becomes Internal. */
export function fromWireError(wire: unknown): SweatShopError {
  const { code, message, details } = (
    typeof wire === 'object' && wire !== null ? wire : {}
  ) as Partial<WireError>;
  return new SweatShopError(
    isErrorCode(code) ? code : 'Internal',
    typeof message === 'string' ? message : 'The other side answered with a malformed error.',
    typeof details === 'object' && (details as unknown) !== null ? details : {},
  );
}

/** Gives the text of anything that was thrown. */
export function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  return typeof error === 'string' ? error : 'Something that is not an error was thrown.';
}

function isErrorCode(code: unknown): code is ErrorCode {
  return (ERROR_CODES as readonly unknown[]).includes(code);
}

function toPlainDetails(details: ErrorDetails): ErrorDetails {
  try {
    return JSON.parse(JSON.stringify(details)) as ErrorDetails;
  } catch {
    return {};
  }
}
