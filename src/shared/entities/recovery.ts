import * as v from 'valibot';
import { DatabaseFactsSchema } from './backup.ts';
import { CountSchema } from './fields.ts';

/** One way to go on after damage that needs a person's decision. */
export const RecoveryOptionSchema = v.object({
  /** Names the option when it is chosen. */
  id: v.string(),
  /** What would be opened, in a few words, such as "the backup of 3 November, 10:00, with 12 later changes". */
  title: v.string(),
  /** What this choice would lose or leave aside, in a sentence; nothing is deleted in any case. */
  consequence: v.string(),
  path: v.nullable(v.string()),
  bytes: CountSchema,
  facts: DatabaseFactsSchema,
  /** The one that keeps most. */
  isRecommended: v.boolean(),
});
export type RecoveryOption = v.InferOutput<typeof RecoveryOptionSchema>;

/** What a start found that it must not decide by itself. */
export const RecoveryReportSchema = v.object({
  /** What is wrong, in sentences that name the files. */
  problems: v.array(v.string()),
  /** The best first. */
  options: v.array(RecoveryOptionSchema),
});
export type RecoveryReport = v.InferOutput<typeof RecoveryReportSchema>;

/** What a check of all files of a home found. */
export const CheckReportSchema = v.object({
  isSound: v.boolean(),
  /** One entry for each thing that was looked at. */
  checks: v.array(
    v.object({
      /** Such as "sweatshop.db", "redo log", "previous.db" or the name of a backup. */
      name: v.string(),
      isSound: v.boolean(),
      /** What was found, in a sentence. */
      finding: v.string(),
    }),
  ),
});
export type CheckReport = v.InferOutput<typeof CheckReportSchema>;

/** Whose version stays when another program changed the file while changes waited for it. */
export const CONFLICT_SIDES = ['ours', 'theirs'] as const;
export type ConflictSide = (typeof CONFLICT_SIDES)[number];
