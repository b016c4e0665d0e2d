import { SweatShopError } from '../shared/errors.ts';
import { ID_PREFIXES } from '../shared/entities/id-prefixes.ts';
import type { SweatShopApi } from '../shared/ipc-channels.ts';
import type { Agent, Gate, Project, Proposal, Ticket } from '../shared/types.ts';

/** Fewer characters of an id are more often a slip than a name. */
const MIN_PREFIX_LENGTH = 4;
/** How many of those that a name could mean are told. */
const MAX_CANDIDATES = 5;

type Named = { readonly id: string };

/**
 * Finds a ticket by its id, by the id its source gave it, or by how its id starts.
 *
 * @param name At least four characters of an id; its `tkt_` may be left out.
 * @throws SweatShopError NotFound; InvalidInput when it could mean several.
 */
export async function findTicket(api: SweatShopApi, name: string): Promise<Ticket> {
  const exact = await api.tickets.get(name);
  if (exact) return exact;
  const page = { archived: 'include', limit: MAX_CANDIDATES } as const;
  const titled = ({ title }: Ticket) => title;
  const sameSource = await api.tickets.list({ ...page, externalId: name });
  if (sameSource.length > 0) return only('ticket', name, sameSource, titled);
  const prefixes = name.length < MIN_PREFIX_LENGTH ? [] : [name, `${ID_PREFIXES.ticket}_${name}`];
  const lists = await Promise.all(
    prefixes.map((idPrefix) => api.tickets.list({ ...page, idPrefix })),
  );
  return only('ticket', name, lists.flat(), titled);
}

/** Finds an agent by its id, by its name, or by how its id starts; as {@link findTicket} does. */
export async function findAgent(api: SweatShopApi, name: string): Promise<Agent> {
  const exact = await api.agents.get(name);
  if (exact) return exact;
  const agents = await api.agents.list();
  const sameName = agents.filter((agent) => agent.name === name);
  const found = sameName.length > 0 ? sameName : startingWith(agents, name, ID_PREFIXES.agent);
  return only('agent', name, found, (agent) => agent.name);
}

/** Finds a gate by its id or by how that starts; as {@link findTicket} does. */
export async function findGate(api: SweatShopApi, name: string): Promise<Gate> {
  const exact = await api.gates.get(name);
  if (exact) return exact;
  const found = startingWith(await api.gates.list(), name, ID_PREFIXES.gate);
  return only('gate', name, found, ({ description }) => description);
}

/** Finds a proposal by its id or by how that starts; as {@link findTicket} does. */
export async function findProposal(api: SweatShopApi, name: string): Promise<Proposal> {
  const exact = await api.proposals.get(name);
  if (exact) return exact;
  const found = startingWith(await api.proposals.list(), name, ID_PREFIXES.proposal);
  return only('proposal', name, found, ({ title }) => title);
}

/** Finds a project by its id, by its repository name, or by how its id starts; as {@link findTicket} does. */
export async function findProject(api: SweatShopApi, name: string): Promise<Project> {
  const exact = (await api.projects.get(name)) ?? (await api.projects.getByName(name));
  if (exact) return exact;
  const found = startingWith(await api.projects.list(), name, ID_PREFIXES.project);
  return only('project', name, found, ({ repositoryName }) => repositoryName);
}

function startingWith<T extends Named>(rows: readonly T[], name: string, idPrefix: string): T[] {
  if (name.length < MIN_PREFIX_LENGTH) return [];
  return rows.filter(({ id }) => id.startsWith(name) || id.startsWith(`${idPrefix}_${name}`));
}

function only<T extends Named>(
  what: string,
  name: string,
  rows: readonly T[],
  describe: (row: T) => string,
): T {
  const [first, ...others] = rows;
  if (first === undefined) {
    const way =
      name.length < MIN_PREFIX_LENGTH
        ? `Give its id, or at least ${String(MIN_PREFIX_LENGTH)} characters of it.`
        : 'Look whether it is written as the list has it.';
    throw new SweatShopError('NotFound', `There is no ${what} with the id ${name}. ${way}`, {
      ...{ entity: what, id: name },
    });
  }
  if (others.length === 0) return first;
  const list = rows
    .slice(0, MAX_CANDIDATES)
    .map((row) => `${row.id} (${describe(row).slice(0, 60)})`)
    .join(', ');
  throw new SweatShopError(
    'InvalidInput',
    `${name} could mean several: ${list}. Give more of the id.`,
    { entity: what, candidates: rows.map(({ id }) => id) },
  );
}
