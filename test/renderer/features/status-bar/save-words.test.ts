import { expect, it } from 'vitest';
import { saveWords } from '../../../../src/renderer/features/status-bar/save-words.ts';
import type { DbStatus } from '../../../../src/shared/types.ts';

function makeStatus(fields: Partial<DbStatus>): DbStatus {
  return {
    path: '/home/sweatshop.db',
    bytes: 4_096,
    state: 'saved',
    owner: null,
    seq: 1,
    publishedSeq: 1,
    publishedAt: '2026-11-21T12:04:05.000Z',
    lastError: null,
    ...fields,
  };
}

it('tells when the last save was', () => {
  expect(saveWords(makeStatus({}))).toMatch(/^Saved \d\d:\d\d:05$/);
  expect(saveWords(makeStatus({ publishedAt: null }))).toBe('Nothing to save yet');
});

it('tells why the last save failed', () => {
  const lastError = { code: 'StorageFull', message: 'The disk is full.', at: '' } as const;
  expect(saveWords(makeStatus({ state: 'failed', lastError }))).toBe(
    'Not saved: The disk is full.',
  );
});

it('tells that changes wait or are on their way', () => {
  expect(saveWords(makeStatus({ state: 'unsaved' }))).toBe('Unsaved changes');
  expect(saveWords(makeStatus({ state: 'saving' }))).toBe('Saving…');
});
