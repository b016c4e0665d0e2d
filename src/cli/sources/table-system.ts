import { SweatShopError } from '../../shared/errors.ts';
import { TICKET_SOURCES, type TicketSource } from '../../shared/types.ts';

/** The sources that have a reader of their own, or none at all. */
const OTHERS: ReadonlySet<string> = new Set(['manual', 'sweatshop']);

/**
 * Decides under which name the tickets of a table are kept.
 *
 * @param format What the table is written in.
 * @param system The system that somebody says they come from, such as `deathmark`; null where nobody said.
 * @throws SweatShopError InvalidInput for a name that is none.
 */
export function tableOptions(
  format: 'csv' | 'json',
  system: string | null,
): { readonly system: string; readonly ticketSource: TicketSource } {
  if (system === null) return { system: format, ticketSource: format };
  if (!/^[\w.-]{1,60}$/.test(system) || OTHERS.has(system)) {
    const message = `"${system}" cannot be the name of a source. Take a word such as deathmark or jira.`;
    throw new SweatShopError('InvalidInput', message, { system });
  }
  return { system, ticketSource: TICKET_SOURCES.find((known) => known === system) ?? format };
}
