import { expect, it } from 'vitest';
import { searchReference } from '../../../../src/renderer/features/reference/reference-search.ts';
import { buildReference } from '../../../../src/shared/reference/reference.ts';

const reference = buildReference();

function methodsFor(text: string): string[] {
  return searchReference(reference, text).sections.flatMap(({ entries }) =>
    entries.map(({ method }) => method),
  );
}

it('finds calls by wire name, method, argument, error and any words of their summary', () => {
  expect(methodsFor('port:clean-up')).toEqual(['ports.cleanUp']);
  expect(methodsFor('PORTS.CLEAN')).toEqual(['ports.cleanUp']);
  expect(methodsFor('dependencycycle')).toContain('tickets.update');
  expect(methodsFor('resumes journey')).toEqual(['journeys.update']);
  expect(methodsFor('chat:on-message')).toEqual(['chat.onMessage']);
});

it('finds types by name and by field, and leaves empty sections out', () => {
  const found = searchReference(reference, 'baseport');
  expect(found.types.map(({ name }) => name)).toEqual(['PortAllocation']);
  expect(found.sections).toEqual([]);
});

it('leaves everything when nothing is looked for', () => {
  expect(searchReference(reference, '  ')).toBe(reference);
});
