import { keyIn, type TableRow } from '../tables/table-row.ts';

/** Which org is leased to which agent. */
export type Leases = {
  /** The agent of each leased org, both by their keys. */
  readonly agentOf: ReadonlyMap<string, string>;
  /** The org that each agent holds, both by their keys. */
  readonly orgOf: ReadonlyMap<string, string>;
};

/** Makes one of what both tables say: the org counts first; an org that nobody holds is not leased. */
export function leasesOf(agents: readonly TableRow[], orgs: readonly TableRow[]): Leases {
  const agentOf = new Map<string, string>();
  const orgOf = new Map<string, string>();
  const agentKeys = new Set(agents.map(({ key }) => key));
  const lease = (org: TableRow, agent: string | undefined): void => {
    if (agent === undefined || keyIn(org, 'status') !== 'leased') return;
    if (agentOf.has(org.key) || orgOf.has(agent) || !agentKeys.has(agent)) return;
    agentOf.set(org.key, agent);
    orgOf.set(agent, org.key);
  };
  for (const org of orgs) lease(org, keyIn(org, 'assigned_agent_id'));
  const orgByAlias = new Map(orgs.map((org) => [keyIn(org, 'alias'), org]));
  for (const agent of agents) {
    const org = orgByAlias.get(keyIn(agent, 'assigned_org_alias') ?? '');
    if (org) lease(org, agent.key);
  }
  return { agentOf, orgOf };
}
