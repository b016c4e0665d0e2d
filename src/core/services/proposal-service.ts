import type * as v from 'valibot';
import { SweatShopError, invalidInput } from '../../shared/errors.ts';
import {
  PROPOSAL_TRANSITIONS,
  type Decision,
  type Execution,
  type Forcing,
  type Override,
  type Proposal,
  type ProposalInputSchema,
  type ProposalPatchSchema,
  type ProposalStatus,
} from '../../shared/types.ts';
import { timestampOf } from '../ports/clock.ts';
import type { ParsedDecisionFilter } from '../repositories/decision-repository.ts';
import type { ParsedProposalFilter } from '../repositories/proposal-repository.ts';
import type { EntityPatch } from '../repositories/table.ts';
import { HUMAN, type AuditTrail, type Change } from './audit-trail.ts';
import { defined, stampedNow, type ServiceContext } from './context.ts';

type ProposalData = v.InferOutput<typeof ProposalInputSchema>;
type ProposalChange = v.InferOutput<typeof ProposalPatchSchema>;

/** What people and agents do with proposals beside voting on them. */
export class ProposalService {
  readonly #context: ServiceContext;
  readonly #audit: AuditTrail;

  constructor(context: ServiceContext, audit: AuditTrail) {
    this.#context = context;
    this.#audit = audit;
  }

  list(filter?: ParsedProposalFilter): Proposal[] {
    return this.#proposals.list(filter);
  }

  get(id: string): Proposal | null {
    return this.#proposals.get(id);
  }

  listDecisions(filter?: ParsedDecisionFilter): Decision[] {
    return this.#context.repositories.decisions.list(filter);
  }

  getDecision(id: string): Decision | null {
    return this.#context.repositories.decisions.get(id);
  }

  /** @throws SweatShopError NotFound when the proposer or the ticket does not exist. */
  create(data: ProposalData): Proposal {
    return this.#context.database.transaction(() => {
      const { agents, tickets } = this.#context.repositories;
      agents.getOrThrow(data.proposerId);
      if (data.relatedTicketId !== undefined) tickets.getOrThrow(data.relatedTicketId);
      return this.#proposals.create({
        ...{ affectedComponents: [], options: [], requiredVoters: [] },
        ...defined(data),
        ...stampedNow('proposal', this.#context.clock),
        status: 'open',
      });
    });
  }

  /** @throws SweatShopError NotFound; InvalidTransition once the vote has started. */
  update(id: string, patch: ProposalChange): Proposal {
    return this.#context.database.transaction(() => {
      const proposal = this.#open(id, 'changed');
      if (typeof patch.relatedTicketId === 'string') {
        this.#context.repositories.tickets.getOrThrow(patch.relatedTicketId);
      }
      return this.#write(this.#audit.begin(), proposal, patch);
    });
  }

  /** @throws SweatShopError NotFound; InvalidTransition once the vote has started. */
  delete(id: string): void {
    this.#context.database.transaction(() => {
      this.#open(id, 'deleted');
      this.#proposals.delete(id);
    });
  }

  /**
   * Stops a proposal, whatever the vote says.
   *
   * @throws SweatShopError NotFound; InvalidTransition when it is being or was carried out.
   */
  veto(id: string, { by, reason }: Override): Proposal {
    return this.#context.database.transaction(() => {
      const change = this.#audit.begin(`human:${by}`, reason);
      const vetoed = this.step(change, this.#proposals.getOrThrow(id), 'vetoed', {
        vetoedBy: by,
        vetoReason: reason,
        resolvedAt: timestampOf(this.#context.clock),
      });
      this.decide(change, vetoed, 'human_veto', { reason });
      return vetoed;
    });
  }

  /**
   * Decides a proposal, whatever the vote says.
   *
   * @throws SweatShopError NotFound; InvalidInput when there is no such option; InvalidTransition when it was decided
   *   that way already, or is being or was carried out.
   */
  force(id: string, { by, reason, outcome, chosenOption }: Forcing): Proposal {
    return this.#context.database.transaction(() => {
      const proposal = this.#proposals.getOrThrow(id);
      if (chosenOption !== undefined) assertOption(proposal, chosenOption, 'chosenOption');
      const change = this.#audit.begin(`human:${by}`, reason);
      const forced = this.step(change, proposal, outcome, {
        forcedBy: by,
        forceReason: reason,
        resolvedAt: timestampOf(this.#context.clock),
        ...defined({ chosenOption }),
      });
      this.decide(change, forced, 'human_override', { outcome, reason });
      return forced;
    });
  }

  /**
   * Says which of its options an approved proposal means.
   *
   * @throws SweatShopError NotFound; InvalidInput when there is no such option; InvalidTransition unless approved.
   */
  choose(id: string, option: string): Proposal {
    return this.#context.database.transaction(() => {
      const proposal = this.#proposals.getOrThrow(id);
      assertOption(proposal, option, 'option');
      if (proposal.status !== 'approved') throw wrongStatus(proposal, 'approved', ['approved']);
      return this.#write(this.#audit.begin(), proposal, { chosenOption: option });
    });
  }

  /** @throws SweatShopError NotFound; InvalidTransition unless it is approved. */
  execute(id: string): Proposal {
    return this.#context.database.transaction(() =>
      this.step(this.#audit.begin(), this.#proposals.getOrThrow(id), 'executing'),
    );
  }

  /** @throws SweatShopError NotFound; InvalidTransition unless it is being carried out. */
  finish(id: string, { outcome, result }: Execution): Proposal {
    return this.#context.database.transaction(() => {
      const proposal = this.#proposals.getOrThrow(id);
      if (proposal.status !== 'executing') throw wrongStatus(proposal, outcome, ['executing']);
      return this.step(this.#audit.begin(), proposal, outcome, {
        executionResult: result,
        executedAt: timestampOf(this.#context.clock),
      });
    });
  }

  /** @throws SweatShopError NotFound; InvalidTransition unless it was or is being carried out. */
  rollBack(id: string, reason: string): Proposal {
    return this.#context.database.transaction(() => {
      const proposal = this.#proposals.getOrThrow(id);
      return this.step(this.#audit.begin(HUMAN, reason), proposal, 'rolled_back', {
        executionResult: { ...proposal.executionResult, rolledBackBecause: reason },
      });
    });
  }

  /**
   * Takes one step; must be called in a transaction.
   *
   * @throws SweatShopError InvalidTransition with from, to and allowed.
   */
  step(
    change: Change,
    proposal: Proposal,
    to: ProposalStatus,
    patch: EntityPatch<Proposal> = {},
  ): Proposal {
    const allowed: readonly ProposalStatus[] = PROPOSAL_TRANSITIONS[proposal.status];
    if (!allowed.includes(to)) throw wrongStatus(proposal, to, allowed);
    return this.#write(change, proposal, { ...patch, status: to });
  }

  /** Leaves a decision; must be called in a transaction. */
  decide(
    change: Change,
    proposal: Proposal,
    decisionType: Decision['decisionType'],
    outcome: Readonly<Record<string, unknown>>,
  ): void {
    this.#context.repositories.decisions.create({
      ...stampedNow('decision', this.#context.clock),
      proposalId: proposal.id,
      ...defined({ ticketId: proposal.relatedTicketId }),
      decisionType,
      description: proposal.title,
      outcome,
      decidedBy: change.actor,
    });
  }

  #open(id: string, verb: string): Proposal {
    const proposal = this.#proposals.getOrThrow(id);
    if (proposal.status === 'open') return proposal;
    throw new SweatShopError(
      'InvalidTransition',
      `"${proposal.title}" is ${proposal.status} and cannot be ${verb} any more.`,
      { from: proposal.status, to: proposal.status, allowed: ['open'] },
    );
  }

  #write(change: Change, proposal: Proposal, patch: EntityPatch<Proposal>): Proposal {
    const written = this.#proposals.update(proposal.id, patch);
    this.#audit.recordUpdate(change, 'proposals', proposal, written);
    return written;
  }

  get #proposals() {
    return this.#context.repositories.proposals;
  }
}

function assertOption({ options }: Proposal, option: string, path: string): void {
  if (options.includes(option)) return;
  throw invalidInput({ path, message: `must be one of the options: ${options.join(', ')}` });
}

function wrongStatus(proposal: Proposal, to: string, allowed: readonly ProposalStatus[]) {
  return new SweatShopError(
    'InvalidTransition',
    `"${proposal.title}" is ${proposal.status} and cannot go to ${to}.`,
    { from: proposal.status, to, allowed },
  );
}
