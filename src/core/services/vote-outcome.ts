import type { Threshold, Vote, VoteDecision } from '../../shared/types.ts';

/** How many votes there are of each kind, and how many are still to come. */
export type Tally = {
  readonly approve: number;
  readonly reject: number;
  /** Votes that may still come in. */
  readonly outstanding: number;
};

/**
 * Counts votes.
 *
 * An abstention takes part but weighs nothing. Who needs more information has not voted yet.
 *
 * @param outstanding How many voters have not voted at all.
 */
export function tallyOf(votes: readonly Pick<Vote, 'decision'>[], outstanding: number): Tally {
  const count = (decision: VoteDecision) =>
    votes.filter((vote) => vote.decision === decision).length;
  return {
    approve: count('approve'),
    reject: count('reject'),
    outstanding: outstanding + count('need_more_info'),
  };
}

/**
 * Decides by the votes that are in, as if no other came.
 *
 * Without a single approval nothing is approved. Of those who approve or reject, `unanimous` wants all,
 * `super_majority` two thirds and `simple_majority` more than half; `single_approval` wants one approval.
 */
export function finalOutcome(
  threshold: Threshold,
  { approve, reject }: Pick<Tally, 'approve' | 'reject'>,
): 'approved' | 'rejected' {
  return approve > 0 && reaches(threshold, approve, reject) ? 'approved' : 'rejected';
}

/**
 * Decides a vote that goes on: as soon as the votes still to come cannot change the outcome, and not before.
 *
 * @returns Null while it is open.
 */
export function outcomeSoFar(
  threshold: Threshold,
  { approve, reject, outstanding }: Tally,
): 'approved' | 'rejected' | null {
  const worst = finalOutcome(threshold, { approve, reject: reject + outstanding });
  const best = finalOutcome(threshold, { approve: approve + outstanding, reject });
  return worst === best ? worst : null;
}

function reaches(threshold: Threshold, approve: number, reject: number): boolean {
  switch (threshold) {
    case 'unanimous':
      return reject === 0;
    case 'super_majority':
      return approve * 3 >= (approve + reject) * 2;
    case 'simple_majority':
      return approve > reject;
    case 'single_approval':
      return true;
  }
}
