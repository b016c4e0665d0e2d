import {
  DECISION_TYPES,
  PROPOSAL_STATUSES,
  PROPOSAL_TYPES,
  THRESHOLDS,
  VOTE_DECISIONS,
} from '../../../shared/types.ts';
import { importTarget } from '../import-row.ts';
import { RowProblem, type TableRow } from '../tables/table-row.ts';
import { sameWords } from '../tables/words.ts';
import { DISPATCH_TABLES as TABLES } from './dispatch-tables.ts';

const DECISION_TYPE_WORDS = sameWords(DECISION_TYPES);
const PROPOSAL_STATUS_WORDS = sameWords(PROPOSAL_STATUSES);
const PROPOSAL_TYPE_WORDS = sameWords(PROPOSAL_TYPES);
const THRESHOLD_WORDS = sameWords(THRESHOLDS);
const VOTE_DECISION_WORDS = sameWords(VOTE_DECISIONS);

const NO_REASON = 'The source gives no reason.';

export function toProposal(row: TableRow) {
  const forcedBy = row.filledText('forced_by');
  const vetoedBy = row.filledText('vetoed_by');
  return importTarget(
    'proposals',
    {
      proposalType: row.knownChoice('proposal_type', PROPOSAL_TYPE_WORDS),
      proposerId: row.requiredRef('proposer_id', TABLES.agents.name),
      title: row.name('title', `Untitled ${row.key}`),
      description: row.text('description'),
      rationale: row.text('rationale'),
      relatedTicketId: row.ref('related_issue_id', TABLES.issues.name),
      affectedComponents: row.list('affected_components') ?? [],
      options: row.list('options') ?? [],
      chosenOption: row.optionalText('chosen_option'),
      status: row.choice('status', PROPOSAL_STATUS_WORDS, 'open'),
      requiredVoters: row.list('required_voters') ?? [],
      threshold: row.choice('threshold', THRESHOLD_WORDS, 'unanimous'),
      implementationPlan: row.optionalText('implementation_plan'),
      rollbackPlan: row.optionalText('rollback_plan'),
      executionResult: row.object('execution_result'),
      forcedBy,
      forceReason: reasonOf(row, 'force_reason', forcedBy),
      vetoedBy,
      vetoReason: reasonOf(row, 'veto_reason', vetoedBy),
      createdAt: row.time('created_at'),
      votingDeadline: row.time('voting_deadline'),
      resolvedAt: row.time('resolved_at'),
      executedAt: row.time('executed_at'),
    },
    row.id,
  );
}

/** Who overrides a vote says why. */
function reasonOf(row: TableRow, column: string, by: string | undefined): string | undefined {
  return by === undefined ? row.optionalText(column) : row.name(column, NO_REASON);
}

/** @param seen The votes before, by proposal and voter: an agent has one. */
export function toVote(row: TableRow, seen: Map<string, TableRow>) {
  const voter = JSON.stringify([row.text('proposal_id'), row.text('voter_id')]);
  const other = seen.get(voter);
  if (other) throw new RowProblem(`the same agent voted on the same proposal in ${other.place}`);
  seen.set(voter, row);
  return importTarget(
    'votes',
    {
      proposalId: row.requiredRef('proposal_id', TABLES.proposals.name),
      voterId: row.requiredRef('voter_id', TABLES.agents.name),
      voterType: row.name('voter_type', 'unknown'),
      decision: row.choice('decision', VOTE_DECISION_WORDS, 'abstain'),
      reasoning: row.text('reasoning'),
      confidence: row.numberWithin('confidence', 0, 1),
      createdAt: row.time('created_at'),
    },
    row.id,
  );
}

export function toDecision(row: TableRow) {
  return importTarget(
    'decisions',
    {
      proposalId: row.ref('proposal_id', TABLES.proposals.name),
      ticketId: row.ref('issue_id', TABLES.issues.name),
      epicId: row.ref('epic_id', TABLES.epics.name),
      decisionType: row.knownChoice('decision_type', DECISION_TYPE_WORDS),
      description: row.text('description'),
      outcome: row.object('outcome', true) ?? {},
      decidedBy: row.name('decided_by', 'unknown'),
      createdAt: row.time('created_at'),
    },
    row.id,
  );
}
