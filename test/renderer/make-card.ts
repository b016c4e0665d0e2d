import type { TicketCard } from '../../src/shared/types.ts';

/** A whole card; say only what the test is about. */
export function makeCard(fields: Partial<TicketCard> = {}): TicketCard {
  return {
    id: 'tkt_1',
    source: 'manual',
    title: fields.id ?? 'A ticket',
    labels: [],
    priority: 'medium',
    status: 'backlog',
    dependsOn: [],
    blockedBy: [],
    position: 'a0',
    kind: 'feature',
    executionPlan: [],
    lastCompletedStage: 'Planned',
    createdAt: '2026-11-21T09:30:00.000Z',
    updatedAt: '2026-11-21T09:30:00.000Z',
    ...fields,
  };
}
