import { SweatShopError } from '../../shared/errors.ts';
import type { Agent, ScratchOrg, ScratchOrgInput, ScratchOrgPatch } from '../../shared/types.ts';
import { isUniqueConflict } from '../database/sql-error.ts';
import { timestampOf } from '../ports/clock.ts';
import type { AuditTrail, Change } from './audit-trail.ts';
import { createdNow, defined, updatedNow, type ServiceContext } from './context.ts';

/** Keeps the pool of scratch orgs and leases each to one agent at a time. */
export class OrgService {
  readonly #context: ServiceContext;
  readonly #audit: AuditTrail;

  constructor(context: ServiceContext, audit: AuditTrail) {
    this.#context = context;
    this.#audit = audit;
  }

  list(): ScratchOrg[] {
    return this.#orgs.list();
  }

  get(id: string): ScratchOrg | null {
    return this.#orgs.get(id);
  }

  /** @throws SweatShopError Conflict when the alias is taken. */
  create(data: ScratchOrgInput): ScratchOrg {
    const { status = 'available', ...fields } = data;
    return this.#withFreeAlias(data.alias, () =>
      this.#orgs.create({
        ...createdNow('org', this.#context.clock),
        ...defined(fields),
        status,
      }),
    );
  }

  /**
   * Changes the given fields of an org.
   *
   * @throws SweatShopError NotFound; Conflict when the alias is taken, or when the alias or status of a
   *   leased org would change.
   */
  update(id: string, patch: ScratchOrgPatch): ScratchOrg {
    return this.#context.database.transaction(() => {
      const org = this.#orgs.getOrThrow(id);
      const isRenamed = patch.alias !== undefined && patch.alias !== org.alias;
      if (isRenamed || patch.status !== undefined) this.#assertNotLeased(org);
      const updated = this.#withFreeAlias(patch.alias, () =>
        this.#orgs.update(id, { ...patch, ...updatedNow(this.#context.clock) }),
      );
      if (updated.status !== org.status) {
        this.#audit.recordUpdate(this.#audit.begin(), 'scratch_orgs', org, updated);
      }
      return updated;
    });
  }

  /** @throws SweatShopError NotFound; Conflict when an agent holds the org. */
  delete(id: string): void {
    this.#context.database.transaction(() => {
      this.#assertNotLeased(this.#orgs.getOrThrow(id));
      this.#orgs.delete(id);
    });
  }

  /**
   * Leases an available org to an agent.
   *
   * @param orgId The org; without it, the available one that lives longest.
   * @param change The call it is a part of, if it is not one by itself.
   * @throws SweatShopError NotFound; Conflict when the agent holds an org already or the org is not
   *   available; LimitReached when no org is available.
   */
  claim(agentId: string, orgId?: string, change = this.#audit.begin()): ScratchOrg {
    return this.#context.database.transaction(() => {
      const { agents, runs } = this.#context.repositories;
      const agent = agents.getOrThrow(agentId);
      assertHoldsNone(agent);
      const org = orgId === undefined ? this.#findAvailable() : this.#orgs.getOrThrow(orgId);
      this.#assertAvailable(org);
      const leased = this.#orgs.update(org.id, {
        status: 'leased',
        assignedAgentId: agentId,
        ...updatedNow(this.#context.clock),
      });
      agents.update(agentId, { assignedOrgAlias: org.alias, ...updatedNow(this.#context.clock) });
      const run = runs.getRunning(agentId);
      if (run) runs.update(run.id, { orgAlias: org.alias });
      this.#audit.recordUpdate(change, 'scratch_orgs', org, leased);
      return leased;
    });
  }

  /**
   * Takes an org back; one that nobody holds stays as it is.
   *
   * @param change The call it is a part of, if it is not one by itself.
   * @throws SweatShopError NotFound.
   */
  release(id: string, change = this.#audit.begin()): ScratchOrg {
    return this.#context.database.transaction(() => {
      const org = this.#orgs.getOrThrow(id);
      if (org.assignedAgentId === undefined) return org;
      const { agents } = this.#context.repositories;
      // Another program may have deleted the agent.
      if (agents.get(org.assignedAgentId)) {
        agents.update(org.assignedAgentId, {
          assignedOrgAlias: null,
          ...updatedNow(this.#context.clock),
        });
      }
      const released = this.#orgs.update(id, {
        status: this.#isExpired(org) ? 'expired' : 'available',
        assignedAgentId: null,
        ...updatedNow(this.#context.clock),
      });
      this.#audit.recordUpdate(change, 'scratch_orgs', org, released);
      return released;
    });
  }

  /** Takes back the org that an agent holds, if it holds one. */
  releaseHeldBy(agentId: string, change?: Change): void {
    const org = this.#orgs.getByAgent(agentId);
    if (org) this.release(org.id, change);
  }

  #findAvailable(): ScratchOrg {
    const org = this.#orgs.findAvailable(timestampOf(this.#context.clock));
    if (org) return org;
    throw new SweatShopError(
      'LimitReached',
      'No scratch org is available. Release one or add another.',
      { orgs: this.#orgs.count() },
    );
  }

  #assertAvailable(org: ScratchOrg): void {
    this.#assertNotLeased(org);
    if (org.status === 'available' && !this.#isExpired(org)) return;
    throw new SweatShopError(
      'Conflict',
      org.status === 'error'
        ? `The org ${org.alias} is marked as broken. Set it to available first.`
        : `The org ${org.alias} has expired.`,
      { orgId: org.id, status: org.status },
    );
  }

  #assertNotLeased(org: ScratchOrg): void {
    if (org.assignedAgentId === undefined) return;
    const agent = this.#context.repositories.agents.get(org.assignedAgentId);
    throw new SweatShopError(
      'Conflict',
      `${agent?.name ?? 'An agent that is gone'} holds the org ${org.alias}. Release it first.`,
      { orgId: org.id, agentId: org.assignedAgentId },
    );
  }

  #withFreeAlias(alias: string | undefined, write: () => ScratchOrg): ScratchOrg {
    try {
      return write();
    } catch (error) {
      if (!isUniqueConflict(error)) throw error;
      throw new SweatShopError(
        'Conflict',
        `There is an org with the alias ${alias ?? ''} already.`,
        {
          field: 'alias',
        },
      );
    }
  }

  #isExpired(org: ScratchOrg): boolean {
    return org.expiresAt !== undefined && Date.parse(org.expiresAt) <= this.#context.clock.nowMs();
  }

  get #orgs() {
    return this.#context.repositories.orgs;
  }
}

function assertHoldsNone(agent: Agent): void {
  if (agent.assignedOrgAlias === undefined) return;
  throw new SweatShopError(
    'Conflict',
    `${agent.name} holds the org ${agent.assignedOrgAlias} already. Release it first.`,
    { agentId: agent.id, orgAlias: agent.assignedOrgAlias },
  );
}
