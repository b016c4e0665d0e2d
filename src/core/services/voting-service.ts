import { SweatShopError, invalidInput } from '../../shared/errors.ts';
import type { Proposal, Vote, VoteInput } from '../../shared/types.ts';
import { timestampOf } from '../ports/clock.ts';
import { HUMAN, SYSTEM, type AuditTrail } from './audit-trail.ts';
import { defined, stampedNow, type ServiceContext } from './context.ts';
import type { ProposalService } from './proposal-service.ts';
import { finalOutcome, outcomeSoFar, tallyOf, type Tally } from './vote-outcome.ts';

/** Who decides when the agents do, by their votes together. */
const SANGHA = 'sangha';

/** Lets agents vote on proposals. */
export class VotingService {
  readonly #context: ServiceContext;
  readonly #audit: AuditTrail;
  readonly #proposals: ProposalService;

  constructor(context: ServiceContext, audit: AuditTrail, proposals: ProposalService) {
    this.#context = context;
    this.#audit = audit;
    this.#proposals = proposals;
  }

  listVotes(proposalId: string): Vote[] {
    return this.#context.repositories.votes.listByProposal(proposalId);
  }

  /** @throws SweatShopError NotFound; InvalidTransition unless it is open; InvalidInput when its deadline has passed. */
  startVote(id: string): Proposal {
    return this.#context.database.transaction(() => {
      const proposal = this.#context.repositories.proposals.getOrThrow(id);
      if (this.#isOverdue(proposal)) {
        throw invalidInput({ path: 'votingDeadline', message: 'must lie in the future' });
      }
      return this.#proposals.step(this.#audit.begin(), proposal, 'voting');
    });
  }

  /**
   * Casts the vote of an agent and decides the proposal, once the votes still to come cannot change the outcome.
   *
   * Awaited are all agents of the types that the proposal names, of each type at least one, or all agents but the
   * proposer where it names none; others may vote too. Who asked for more information may vote again, nobody else.
   *
   * @throws SweatShopError NotFound; InvalidTransition unless the vote is open; Conflict when the agent has voted.
   */
  vote(id: string, data: VoteInput): { readonly vote: Vote; readonly proposal: Proposal } {
    return this.#context.database.transaction(() => {
      const { proposals, votes, agents } = this.#context.repositories;
      const proposal = proposals.getOrThrow(id);
      this.#assertVoting(proposal);
      const voter = agents.getOrThrow(data.voterId);
      const old = votes.getByVoter(id, data.voterId);
      if (old && old.decision !== 'need_more_info') {
        throw new SweatShopError(
          'Conflict',
          `${voter.name} has voted on "${proposal.title}" already.`,
          {
            voteId: old.id,
          },
        );
      }
      if (old) votes.delete(old.id);
      const vote = votes.create({
        ...stampedNow('vote', this.#context.clock),
        ...defined(data),
        proposalId: id,
        voterType: voter.agentType,
      });
      const tally = this.#tally(proposal);
      const outcome = this.#isHeard(proposal) ? outcomeSoFar(proposal.threshold, tally) : null;
      return {
        vote,
        proposal: outcome ? this.#resolve(proposal, outcome, tally, SANGHA) : proposal,
      };
    });
  }

  /**
   * Ends a vote and decides by the votes that are in.
   *
   * @throws SweatShopError NotFound; InvalidTransition unless the vote is open.
   */
  endVote(id: string): Proposal {
    return this.#context.database.transaction(() => {
      const proposal = this.#context.repositories.proposals.getOrThrow(id);
      if (proposal.status !== 'voting') throw notVoting(proposal);
      return this.#settle(proposal, HUMAN);
    });
  }

  /**
   * Decides every proposal whose deadline has passed, by the votes that are in; the program that hosts SweatShop calls
   * it from time to time.
   */
  settleOverdue(): Proposal[] {
    return this.#context.database.transaction(() =>
      this.#context.repositories.proposals
        .listOverdue(timestampOf(this.#context.clock))
        .map((proposal) => this.#settle(proposal, SYSTEM)),
    );
  }

  #settle(proposal: Proposal, endedBy: string): Proposal {
    const tally = this.#tally(proposal);
    return this.#resolve(proposal, finalOutcome(proposal.threshold, tally), tally, endedBy);
  }

  #resolve(
    proposal: Proposal,
    outcome: 'approved' | 'rejected',
    { approve, reject, outstanding }: Tally,
    endedBy: string,
  ): Proposal {
    const [only, ...others] = proposal.options;
    const reason = `${String(approve)} for, ${String(reject)} against, ${String(outstanding)} not voted.`;
    const change = this.#audit.begin(SANGHA, reason);
    const resolved = this.#proposals.step(change, proposal, outcome, {
      resolvedAt: timestampOf(this.#context.clock),
      // Where there is nothing to choose from, the choice is made.
      ...(outcome === 'approved' && others.length === 0 ? defined({ chosenOption: only }) : {}),
    });
    this.#proposals.decide(change, resolved, `proposal_${outcome}`, {
      ...{ approve, reject, outstanding, threshold: proposal.threshold, endedBy },
    });
    return resolved;
  }

  /** Tells whether a vote of each type that the proposal names is in. */
  #isHeard({ id, requiredVoters }: Proposal): boolean {
    const votes = this.listVotes(id).filter(({ decision }) => decision !== 'need_more_info');
    return requiredVoters.every((type) => votes.some(({ voterType }) => voterType === type));
  }

  #tally({ id, requiredVoters, proposerId }: Proposal): Tally {
    const votes = this.listVotes(id);
    const voted = new Set(votes.map(({ voterId }) => voterId));
    const agents = this.#context.repositories.agents.query({
      where: requiredVoters.length > 0 ? [['agentType', 'in', requiredVoters]] : [],
    });
    const awaited = agents.filter(
      (agent) => !voted.has(agent.id) && (requiredVoters.length > 0 || agent.id !== proposerId),
    );
    return tallyOf(votes, awaited.length);
  }

  #assertVoting(proposal: Proposal): void {
    if (proposal.status !== 'voting') throw notVoting(proposal);
    if (!this.#isOverdue(proposal)) return;
    throw new SweatShopError(
      'InvalidTransition',
      `The time to vote on "${proposal.title}" is over.`,
      { from: proposal.status, to: proposal.status, allowed: ['approved', 'rejected'] },
    );
  }

  #isOverdue({ votingDeadline }: Proposal): boolean {
    return votingDeadline !== undefined && votingDeadline <= timestampOf(this.#context.clock);
  }
}

function notVoting(proposal: Proposal): SweatShopError {
  return new SweatShopError(
    'InvalidTransition',
    `"${proposal.title}" is ${proposal.status}; there is no vote on it now.`,
    { from: proposal.status, to: proposal.status, allowed: ['voting'] },
  );
}
