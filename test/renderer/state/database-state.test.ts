import { expect, it } from 'vitest';
import { DatabaseState } from '../../../src/renderer/state/database-state.svelte.ts';
import { createApi } from '../../../src/shared/api.ts';
import type { DbStatus, RecoveryReport } from '../../../src/shared/types.ts';

const report: RecoveryReport = { problems: ['sweatshop.db is cut short.'], options: [] };

const saved: DbStatus = {
  path: '/home/sweatshop.db',
  bytes: 4_096,
  state: 'saved',
  owner: { pid: 7, host: 'here' },
  seq: 1,
  durableSeq: 1,
  publishedSeq: 1,
  publishedAt: '2026-11-21T12:04:05.000Z',
  lastError: null,
  notices: [],
};

/** The other side of the wire: it answers db:status and db:recovery, and pushes a status. */
function makeState(first: DbStatus) {
  let status = first;
  let reopened = 0;
  let push: (payload: unknown) => void = () => undefined;
  const api = createApi({
    invoke: (channel) =>
      Promise.resolve({ ok: true, value: channel === 'db:recovery' ? report : status }),
    on: (_event, listener) => {
      push = listener;
      return () => undefined;
    },
  });
  const state = new DatabaseState(api, () => {
    reopened += 1;
  });
  return {
    state,
    get reopened() {
      return reopened;
    },
    push(next: DbStatus) {
      status = next;
      push(next);
    },
  };
}

it('asks what there is to decide when the start found damage', async () => {
  const { state } = makeState({ ...saved, state: 'recovery' });
  await state.refresh();
  expect(state.needsRecovery).toBe(true);
  expect(state.recovery).toEqual(report);
});

it('goes on by itself when somebody else decided', async () => {
  const made = makeState({ ...saved, state: 'recovery' });
  await made.state.refresh();
  made.push(saved);
  expect(made.state.needsRecovery).toBe(false);
  expect(made.state.recovery).toBeNull();
  expect(made.reopened).toBe(1);
  made.push({ ...saved, state: 'unsaved' });
  expect(made.reopened).toBe(1);
});

it('shows the notices of a start until they are dismissed, and those of the next start again', async () => {
  const notices = ['sweatshop.db was rebuilt.'];
  const made = makeState({ ...saved, notices });
  await made.state.refresh();
  expect(made.state.notices).toEqual(notices);
  made.state.dismissNotices();
  expect(made.state.notices).toEqual([]);
  made.push({ ...saved, state: 'unsaved', notices });
  expect(made.state.notices).toEqual([]);
  made.push({ ...saved, notices, owner: { pid: 8, host: 'here' } });
  expect(made.state.notices).toEqual(notices);
});
