import { describe, expect, it } from 'vitest';
import { toDiskError } from '../../src/store/disk-error.ts';

function failureOf(errno: string) {
  const error = Object.assign(new Error('it failed'), { code: errno });
  const { code, message, details } = toDiskError(error, 'saved', '/home/ada/sweatshop.db');
  return { code, message, details };
}

describe('what a person reads when the disk fails', () => {
  it.each([
    ['ENOSPC', 'StorageFull', 'Free some space on it.'],
    ['EACCES', 'ReadOnly', 'Give your user the right to read and write it.'],
    ['EROFS', 'ReadOnly', 'Mount it for writing.'],
    ['EBUSY', 'Unavailable', 'Close that program.'],
    ['ENOENT', 'Unavailable', 'Put back what was moved or removed.'],
    ['EIO', 'Unavailable', 'Check that it is connected and healthy.'],
  ])('ends, after %s, with what to do', (errno, code, advice) => {
    const failure = failureOf(errno);
    expect(failure.code).toBe(code);
    expect(failure.message).toContain(`(${errno}), so /home/ada/sweatshop.db could not be saved.`);
    expect(failure.message.endsWith(advice)).toBe(true);
    expect(failure.details).toEqual({ path: '/home/ada/sweatshop.db', errno });
  });
});
