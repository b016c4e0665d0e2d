import type { ImportedTicket } from '../../src/core/importers/imported-ticket.ts';

export function makeImportedTicket(fields: Partial<ImportedTicket> = {}): ImportedTicket {
  return {
    externalId: 'A-1',
    origin: { file: 'tasks/a-1.md', idLine: 2, dependenciesLine: 3 },
    title: 'Ticket',
    description: '',
    acceptanceCriteria: '',
    labels: [],
    priority: 'medium',
    status: 'backlog',
    dependsOn: [],
    ordinal: null,
    createdAt: null,
    updatedAt: null,
    raw: {},
    warnings: [],
    ...fields,
  };
}
