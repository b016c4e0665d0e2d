import type { ProposalService } from '../services/proposal-service.ts';
import type { VotingService } from '../services/voting-service.ts';
import type { HandlersOf } from './handlers.ts';

export function proposalHandlers(
  proposals: ProposalService,
  voting: VotingService,
): HandlersOf<'proposals'> {
  return {
    list: (filter) => proposals.list(filter),
    get: (id) => proposals.get(id),
    create: (data) => proposals.create(data),
    update: (id, patch) => proposals.update(id, patch),
    delete: (id) => {
      proposals.delete(id);
    },
    startVote: (id) => voting.startVote(id),
    vote: (id, vote) => voting.vote(id, vote),
    votes: (id) => voting.listVotes(id),
    endVote: (id) => voting.endVote(id),
    settleOverdue: () => voting.settleOverdue(),
    veto: (id, override) => proposals.veto(id, override),
    force: (id, forcing) => proposals.force(id, forcing),
    choose: (id, option) => proposals.choose(id, option),
    execute: (id) => proposals.execute(id),
    finish: (id, execution) => proposals.finish(id, execution),
    rollBack: (id, reason) => proposals.rollBack(id, reason),
  };
}

export function decisionHandlers(proposals: ProposalService): HandlersOf<'decisions'> {
  return {
    list: (filter) => proposals.listDecisions(filter),
    get: (id) => proposals.getDecision(id),
  };
}
