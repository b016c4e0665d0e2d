import { expect, it } from 'vitest';
import { branchNameFor } from '../../../../src/renderer/features/assign/assignment.ts';
import { makeCard } from '../../make-card.ts';

it.each([
  [{ title: 'Fix the board!', externalId: 'BACK-12' }, 'back-12-fix-the-board'],
  [{ title: '…' }, ''],
  [{ title: '../../etc/passwd' }, 'etc-passwd'],
  [{ title: 'v1.2 …' }, 'v1.2'],
])('proposes for %o the branch "%s"', (fields, branch) => {
  expect(branchNameFor(makeCard(fields))).toBe(branch);
});

it('cuts a long name between two words', () => {
  const branch = branchNameFor(makeCard({ title: 'word '.repeat(40) }));
  expect(branch).toMatch(/^word(-word)+$/);
  expect(branch.length).toBeLessThanOrEqual(48);
});
