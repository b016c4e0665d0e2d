import { describe, expect, it } from 'vitest';
import type { ImportedTicket } from '../../../src/core/importers/imported-ticket.ts';
import { planImport } from '../../../src/core/importers/plan-import.ts';
import { makeImportedTicket } from '../../support/imported-ticket.ts';

function waiting(externalId: string, ...dependsOn: string[]): ImportedTicket {
  return makeImportedTicket({ externalId, dependsOn });
}

function dependencies(tickets: readonly ImportedTicket[]) {
  return Object.fromEntries(tickets.map(({ externalId, dependsOn }) => [externalId, dependsOn]));
}

describe('planImport', () => {
  it('creates what is not there and leaves alone what is, whatever the case of its id', () => {
    const plan = planImport([waiting('A-1'), waiting('A-2')], [{ id: 'tkt_1', externalId: 'a-1' }]);
    expect(dependencies(plan.create)).toEqual({ 'A-2': [] });
    expect(plan.unchanged).toBe(1);
  });

  it('leaves out a dependency on a ticket that is nowhere, and names both', () => {
    const plan = planImport([waiting('A-1', 'A-9', 'a-2'), waiting('A-2')], []);
    expect(dependencies(plan.create)).toEqual({ 'A-1': ['a-2'], 'A-2': [] });
    expect(plan.warnings).toHaveLength(1);
    expect(plan.warnings[0]?.message).toMatch(/A-1.*A-9/);
  });

  it('leaves out the step that closes a cycle, and tells the path', () => {
    const plan = planImport(
      [waiting('A-1', 'A-2'), waiting('A-2', 'A-3'), waiting('A-3', 'A-1')],
      [],
    );
    expect(dependencies(plan.create)).toEqual({ 'A-1': ['A-2'], 'A-2': ['A-3'], 'A-3': [] });
    expect(plan.warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining('A-1 → A-2 → A-3 → A-1'),
    ]);
  });

  it('leaves out a dependency of a ticket on itself', () => {
    const plan = planImport([waiting('A-1', 'a-1')], []);
    expect(dependencies(plan.create)).toEqual({ 'A-1': [] });
    expect(plan.warnings[0]?.message).toContain('A-1 → A-1');
  });

  it('takes two ways to one ticket for no cycle', () => {
    const plan = planImport(
      [waiting('A-1', 'A-2', 'A-3'), waiting('A-2', 'A-4'), waiting('A-3', 'A-4'), waiting('A-4')],
      [],
    );
    expect(plan.warnings).toEqual([]);
    expect(dependencies(plan.create)['A-3']).toEqual(['A-4']);
  });

  it('finds each cycle of a knot and keeps all else', () => {
    const plan = planImport(
      [waiting('A-1', 'A-2', 'A-3'), waiting('A-2', 'A-1'), waiting('A-3', 'A-1', 'A-2')],
      [],
    );
    expect(dependencies(plan.create)).toEqual({ 'A-1': ['A-2', 'A-3'], 'A-2': [], 'A-3': ['A-2'] });
    expect(plan.warnings).toHaveLength(2);
  });

  it('follows a chain of a hundred thousand tickets', () => {
    const chain = Array.from({ length: 100_000 }, (_, index) =>
      waiting(`A-${String(index)}`, `A-${String((index + 1) % 100_000)}`),
    );
    const plan = planImport(chain, []);
    expect(plan.warnings).toHaveLength(1);
    expect(plan.warnings[0]?.message).toMatch(/^A-0 → A-1 → .* → … → .* → A-99999 → A-0 is/);
    expect(plan.warnings[0]?.message.length).toBeLessThan(200);
  });

  it('orders by the order of the source, then by priority, then by age, then by id', () => {
    const fields: Partial<ImportedTicket>[] = [
      { externalId: 'A-10' },
      { externalId: 'A-9' },
      { externalId: 'old', createdAt: '2025-01-01T00:00:00.000Z' },
      { externalId: 'high', priority: 'high' },
      { externalId: 'second', ordinal: 2000 },
      { externalId: 'first', ordinal: 1000, priority: 'low' },
    ];
    const plan = planImport(
      fields.map((field) =>
        makeImportedTicket({ createdAt: '2026-01-01T00:00:00.000Z', ...field }),
      ),
      [],
    );
    expect(plan.create.map(({ externalId }) => externalId)).toEqual([
      ...['first', 'second', 'high', 'old', 'A-9', 'A-10'],
    ]);
  });

  it('links a ticket on the board to those that only come in now, and to no others', () => {
    const plan = planImport(
      [waiting('A-1', 'A-2', 'A-3'), waiting('A-2'), waiting('A-3', 'A-1')],
      [
        { id: 'tkt_1', externalId: 'A-1' },
        { id: 'tkt_2', externalId: 'A-2' },
      ],
    );
    expect(plan.links).toMatchObject([{ id: 'tkt_1', dependsOn: ['A-3'] }]);
  });

  it('tells the warnings of new tickets only', () => {
    const warnings = [{ file: 'a.md', line: 1, message: 'odd' }];
    const tickets = ['A-1', 'A-2'].map((externalId) =>
      makeImportedTicket({ externalId, warnings }),
    );
    expect(planImport(tickets, [{ id: 'tkt_1', externalId: 'A-1' }]).warnings).toEqual(warnings);
  });
});
