import { expect, it } from 'vitest';
import { orgStatusAt } from '../../../src/renderer/state/org-store.svelte.ts';
import type { ScratchOrg } from '../../../src/shared/types.ts';

const nowMs = Date.parse('2026-11-21T12:00:00.000Z');
const org: ScratchOrg = {
  id: 'org_1',
  alias: 'shop',
  status: 'available',
  createdAt: '2026-11-01T12:00:00.000Z',
  updatedAt: '2026-11-01T12:00:00.000Z',
};

it('takes an org whose time is over for expired, and a leased one for leased until it is released', () => {
  const over = '2026-11-21T11:59:59.000Z';
  expect(orgStatusAt(org, nowMs)).toBe('available');
  expect(orgStatusAt({ ...org, expiresAt: '2026-11-21T12:00:01.000Z' }, nowMs)).toBe('available');
  expect(orgStatusAt({ ...org, expiresAt: over }, nowMs)).toBe('expired');
  expect(orgStatusAt({ ...org, expiresAt: over, status: 'leased' }, nowMs)).toBe('leased');
});
