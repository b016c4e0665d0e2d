import { expect, it } from 'vitest';
import { saveWords } from '../../../src/renderer/ui/save-words.ts';
import type { DbStatus } from '../../../src/shared/types.ts';

function makeStatus(fields: Partial<DbStatus>): DbStatus {
  return {
    path: '/home/sweatshop.db',
    bytes: 4_096,
    state: 'saved',
    owner: null,
    seq: 1,
    durableSeq: 1,
    publishedSeq: 1,
    publishedAt: '2026-11-21T12:04:05.000Z',
    lastError: null,
    notices: [],
    ...fields,
  };
}

it('tells when the last save was', () => {
  expect(saveWords(makeStatus({}))).toMatch(/^Saved \d\d:\d\d:05$/);
  expect(saveWords(makeStatus({ publishedAt: null }))).toBe('Nothing to save yet');
});

it('tells that the file could not be saved, or that nothing can be kept', () => {
  expect(saveWords(makeStatus({ state: 'failed' }))).toBe('Not saved to the file');
  expect(saveWords(makeStatus({ state: 'readOnly' }))).toBe('Changes are refused');
});

it('tells that changes wait or are on their way', () => {
  expect(saveWords(makeStatus({ state: 'unsaved' }))).toBe('Unsaved changes');
  expect(saveWords(makeStatus({ state: 'saving' }))).toBe('Saving…');
});

it('tells of what waits for a person', () => {
  expect(saveWords(makeStatus({ state: 'conflict' }))).toBe('Another program changed the file');
  expect(saveWords(makeStatus({ state: 'recovery' }))).toBe('The database is damaged');
});
