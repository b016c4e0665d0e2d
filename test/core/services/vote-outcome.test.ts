import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { finalOutcome, outcomeSoFar, tallyOf } from '../../../src/core/services/vote-outcome.ts';
import { THRESHOLDS, VOTE_DECISIONS, type Threshold } from '../../../src/shared/types.ts';

const threshold = fc.constantFrom(...THRESHOLDS);
const vote = fc.record({ decision: fc.constantFrom(...VOTE_DECISIONS) });
const votes = fc.array(vote, { maxLength: 12 });
const outstanding = fc.nat({ max: 12 });

/** The rule as one would say it, by shares of those who approve or reject. */
function ruleOf(kind: Threshold, approve: number, reject: number): 'approved' | 'rejected' {
  const share = approve / (approve + reject);
  const passes = {
    unanimous: share === 1,
    // Shares of thirds are not exact in binary.
    super_majority: share > 2 / 3 - 1e-9,
    simple_majority: share > 0.5,
    single_approval: share > 0,
  }[kind];
  return approve > 0 && passes ? 'approved' : 'rejected';
}

describe('the outcome of a vote', () => {
  it.each([
    ['unanimous', 3, 0, 'approved'],
    ['unanimous', 3, 1, 'rejected'],
    ['super_majority', 2, 1, 'approved'],
    ['super_majority', 5, 3, 'rejected'],
    ['simple_majority', 2, 1, 'approved'],
    ['simple_majority', 2, 2, 'rejected'],
    ['single_approval', 1, 9, 'approved'],
    ['single_approval', 0, 0, 'rejected'],
    ['unanimous', 0, 0, 'rejected'],
  ] as const)('by %s with %i for and %i against is %s', (kind, approve, reject, expected) => {
    expect(finalOutcome(kind, { approve, reject })).toBe(expected);
  });

  it('follows the shares of those who approve or reject', () => {
    fc.assert(
      fc.property(threshold, fc.nat({ max: 60 }), fc.nat({ max: 60 }), (kind, approve, reject) => {
        expect(finalOutcome(kind, { approve, reject })).toBe(ruleOf(kind, approve, reject));
      }),
    );
  });

  it('depends neither on the order of the votes nor on those that weigh nothing', () => {
    fc.assert(
      fc.property(threshold, votes, outstanding, (kind, cast, awaited) => {
        const weighty = cast.filter(({ decision }) => decision !== 'abstain');
        const outcome = outcomeSoFar(kind, tallyOf(cast, awaited));
        expect(outcomeSoFar(kind, tallyOf(cast.toReversed(), awaited))).toBe(outcome);
        expect(outcomeSoFar(kind, tallyOf(weighty, awaited))).toBe(outcome);
      }),
    );
  });

  it('is known early exactly when no further votes can change it', () => {
    fc.assert(
      fc.property(threshold, votes, fc.nat({ max: 6 }), (kind, cast, awaited) => {
        const tally = tallyOf(cast, awaited);
        const endings = new Set<string>();
        for (let approve = 0; approve <= tally.outstanding; approve += 1) {
          for (let reject = 0; approve + reject <= tally.outstanding; reject += 1) {
            const end = { approve: tally.approve + approve, reject: tally.reject + reject };
            endings.add(finalOutcome(kind, end));
          }
        }
        const [only] = endings;
        expect(outcomeSoFar(kind, tally)).toBe(endings.size === 1 ? only : null);
      }),
    );
  });

  it('never turns against a proposal by one more approval, nor for it by one more rejection', () => {
    fc.assert(
      fc.property(threshold, fc.nat({ max: 30 }), fc.nat({ max: 30 }), (kind, approve, reject) => {
        const before = finalOutcome(kind, { approve, reject });
        const praised = finalOutcome(kind, { approve: approve + 1, reject });
        const blamed = finalOutcome(kind, { approve, reject: reject + 1 });
        if (before === 'approved') expect(praised).toBe('approved');
        if (before === 'rejected') expect(blamed).toBe('rejected');
      }),
    );
  });

  it('is always known once everybody has said yes or no', () => {
    fc.assert(
      fc.property(threshold, votes, (kind, cast) => {
        const firm = cast.filter(({ decision }) => decision !== 'need_more_info');
        expect(outcomeSoFar(kind, tallyOf(firm, 0))).not.toBeNull();
      }),
    );
  });

  it('is harder to get the higher the threshold', () => {
    const order: readonly Threshold[] = [
      ...(['single_approval', 'simple_majority', 'super_majority', 'unanimous'] as const),
    ];
    fc.assert(
      fc.property(fc.nat({ max: 30 }), fc.nat({ max: 30 }), (approve, reject) => {
        const outcomes = order.map((kind) => finalOutcome(kind, { approve, reject }));
        expect(outcomes.toSorted()).toEqual(outcomes);
      }),
    );
  });
});
