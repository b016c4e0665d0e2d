import type { TicketKind, TicketPriority, TicketStatus } from '../../shared/types.ts';

/** What the columns of other boards are here, by {@link wordKey}. */
export const STATUS_WORDS = wordTable<TicketStatus>({
  backlog: `To do, Backlog, Draft, Open, New, Triage, Unstarted, Not started, Planned, Pending, Proposed, Reopened,
    Created, Unassigned, Icebox, Later, Someday`,
  ready: `Ready, Next, Queued, Up next, Selected for development, Ready for development, Ready for dev, Ready to start`,
  in_progress: `In progress, Doing, Started, Active, WIP, Work in progress, In development, Development, Developing,
    Working, Assigned, Ongoing, Underway`,
  qa_review: `Review, In review, Under review, Code review, Peer review, QA review, QA, In QA, Test, In test, Testing,
    In testing, Verification, Awaiting review, Ready for review, Ready for testing, Ready for QA`,
  approved: `Approved, Accepted, Ready to merge, Ready for release`,
  merged: `Done, Completed, Complete, Closed, Merged, Resolved, Fixed, Finished, Released, Shipped, Delivered, Deployed,
    Verified`,
  rejected: `Rejected, Cancelled, Canceled, Won't fix, Won't do, Not planned, Duplicate, Invalid, Declined, Abandoned,
    Obsolete, Dropped`,
});

export const PRIORITY_WORDS = wordTable<TicketPriority>({
  critical: 'Critical, Urgent, Highest, Blocker, Immediate, Showstopper, P0',
  high: 'High, Major, Important, P1',
  medium: 'Medium, Normal, Moderate, Default, None, No priority, P2',
  low: 'Low, Lowest, Minor, Trivial, P3, P4, P5',
});

export const KIND_WORDS = wordTable<TicketKind>({
  feature:
    'Feature, New feature, Feature request, Enhancement, Improvement, Story, User story, Task, Sub-task, Subtask',
  bug: 'Bug, Bug report, Defect, Fault, Incident, Regression',
  docs: 'Docs, Documentation, Doc',
  refactor: 'Refactor, Refactoring, Tech debt, Technical debt, Cleanup',
  test: 'Test, Tests, Testing',
  security: 'Security, Vulnerability',
  chore: 'Chore, Maintenance, Dependencies, Build, CI, Infrastructure, Ops',
});

/** Gives the form in which two spellings of a word are the same. */
export function wordKey(word: string): string {
  return word.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

function wordTable<T extends string>(words: Readonly<Record<T, string>>): ReadonlyMap<string, T> {
  const meanings = Object.entries(words) as [T, string][];
  return new Map(
    meanings.flatMap(([meaning, list]) =>
      list.split(',').map((word) => [wordKey(word), meaning] as const),
    ),
  );
}
