import { messageOf, SweatShopError } from '../shared/errors.ts';

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const REFUSED = new Set(['EACCES', 'EPERM']);

/** For everything else: what is the matter, and what to do about it. */
const OTHER: Readonly<Record<string, readonly [reason: string, advice: string]>> = {
  EBUSY: ['Another program keeps it open', 'Close that program.'],
  ETXTBSY: ['Another program keeps it open', 'Close that program.'],
  ENOENT: ['The file or its folder is gone', 'Put back what was moved or removed.'],
};

/** What was being done to a path, as it reads after "could not be". */
export type DiskAction = 'read' | 'saved' | 'created' | 'copied' | 'locked';

/**
 * Gives a failed disk operation its code and its sentence.
 *
 * @param error What was thrown; an error that has a code of ours is given back as it is.
 * @param action What was being done.
 * @param path What it was done to.
 */
export function toDiskError(error: unknown, action: DiskAction, path: string): SweatShopError {
  if (error instanceof SweatShopError) return error;
  const errno = errnoOf(error);
  const details = { path, errno };
  const failed = `${path} could not be ${action}`;
  if (errno === null) {
    return new SweatShopError('Internal', `${failed}: ${messageOf(error)}`, details, error);
  }
  if (FULL.has(errno)) {
    const message = `The disk is full or its quota is used up (${errno}), so ${failed}. Free some space on it.`;
    return new SweatShopError('StorageFull', message, details, error);
  }
  if (REFUSED.has(errno)) {
    const message = `Permission was refused (${errno}), so ${failed}. Give your user the right to read and write it.`;
    return new SweatShopError('ReadOnly', message, details, error);
  }
  if (errno === 'EROFS') {
    const message = `The disk is read-only (${errno}), so ${failed}. Mount it for writing.`;
    return new SweatShopError('ReadOnly', message, details, error);
  }
  const [reason, advice] = OTHER[errno] ?? [
    'The disk failed',
    'Check that it is connected and healthy.',
  ];
  const message = `${reason} (${errno}), so ${failed}. ${advice}`;
  return new SweatShopError('Unavailable', message, details, error);
}

/** Gives the code of a system error, such as ENOENT, and null for any other. */
export function errnoOf(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}
