import { messageOf, SweatShopError } from '../shared/errors.ts';

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const REFUSED = new Set(['EACCES', 'EPERM', 'EROFS']);
const IN_USE = new Set(['EBUSY', 'ETXTBSY']);

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
  const reason = IN_USE.has(errno)
    ? `Another program keeps it open (${errno}), so ${failed}. Close that program.`
    : `The disk answered ${errno}, so ${failed}. Check that it is connected and healthy.`;
  return new SweatShopError('Unavailable', reason, details, error);
}

/** Gives the code of a system error, such as ENOENT, and null for any other. */
export function errnoOf(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}
