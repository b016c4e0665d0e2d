import type { RecoveryOption } from '../../shared/entities/recovery.ts';
import type { StoredDatabase } from '../stored-database.ts';
import { failureOf, type Attempt } from './attempt.ts';

/** An option and what orders it among the others. */
type Ranked = {
  readonly option: Omit<RecoveryOption, 'isRecommended'>;
  readonly uuid: string | null;
  readonly isRestructured: boolean;
};

/** What is known beside the attempt itself. */
export type Known = {
  /** The highest number of a change, by the UUID of its database. */
  readonly highestSeq: (uuid: string | null) => number;
  /** Whether another program has written into sweatshop.db. */
  readonly isFileEdited: boolean;
  /** Whether another program changed more than rows in the image of the attempt. */
  readonly isRestructured: boolean;
};

/** The last resort, when nothing can be opened. */
export const EMPTY_OPTION: RecoveryOption = {
  id: 'empty',
  title: 'an empty database',
  consequence:
    'SweatShop starts with nothing. Every damaged file is kept in the folder quarantine, where somebody may still get something out of it.',
  path: null,
  bytes: 0,
  facts: { seq: 0, tickets: 0, changedAt: null },
  isRecommended: false,
};

/** Puts into words what going on with an attempt would mean. */
export function describe(tried: Attempt<StoredDatabase>, known: Known): Ranked {
  const { candidate, database, replay } = tried;
  const applied = replay?.applied ?? 0;
  const suffix = applied > 0 ? ` with ${count(applied, 'later change')} from the redo log` : '';
  return {
    uuid: database.uuid,
    isRestructured: known.isRestructured,
    option: {
      id: candidate.id,
      title: candidate.title + suffix,
      consequence: consequenceOf(tried, known),
      path: candidate.path,
      bytes: candidate.image.length,
      facts: database.facts(),
    },
  };
}

/** Orders options, the one that keeps most first, which is recommended. */
export function rank(ranked: readonly Ranked[]): RecoveryOption[] {
  // Numbers count changes of one database; those of another say nothing beside them.
  const isOneDatabase = new Set(ranked.map(({ uuid }) => uuid)).size <= 1;
  const measure = ({ option: { facts } }: Ranked): number[] =>
    isOneDatabase ? [facts.seq, facts.tickets] : [facts.tickets, facts.seq];
  const sorted = [...ranked].sort((one, other) => {
    // What SweatShop may not work with comes last, however much it holds.
    const structure = Number(one.isRestructured) - Number(other.isRestructured);
    const [first = 0, second = 0] = measure(one);
    const [otherFirst = 0, otherSecond = 0] = measure(other);
    return structure || otherFirst - first || otherSecond - second;
  });
  return sorted.map(({ option }, index) => ({ ...option, isRecommended: index === 0 }));
}

/** Gives a number with its noun. */
export function count(number: number, noun: string): string {
  return `${String(number)} ${noun}${number === 1 ? '' : 's'}`;
}

function consequenceOf(tried: Attempt<StoredDatabase>, known: Known): string {
  const { candidate, database, intentSegment } = tried;
  const sentences: string[] = [];
  if (known.isRestructured) {
    sentences.push('Another program changed its structure, so SweatShop may not work with it.');
  }
  const missing = known.highestSeq(database.uuid) - database.seq;
  if (missing > 0) {
    const reason = failureOf(tried) ? ', which do not fit it' : '';
    sentences.push(`${count(missing, 'later change')}${reason} would be left aside.`);
  }
  if (tried.isUnclear) {
    sentences.push('A part of the redo log is unreadable and may hold more changes.');
  }
  if (candidate.id !== 'file' && known.isFileEdited) {
    sentences.push('What another program changed in sweatshop.db would be left aside.');
  }
  if (intentSegment === null && database.uuid !== null && candidate.id !== 'file') {
    sentences.push('Its checksum is not on record, so small damage in it would go unnoticed.');
  }
  if (intentSegment === null && candidate.id === 'file' && !tried.isEdited) {
    sentences.push('Its checksum is not the one on record, so some of what it holds may be wrong.');
  }
  if (sentences.length === 0) return 'Nothing that is known of is left aside.';
  return `${sentences.join(' ')} Nothing is deleted.`;
}
