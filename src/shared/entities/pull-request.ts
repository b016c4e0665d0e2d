import * as v from 'valibot';
import {
  GithubNumberSchema,
  IdSchema,
  LineSchema,
  TimestampSchema,
  oneOrMany,
  pageEntries,
} from './fields.ts';

export const PULL_REQUEST_STATUSES = ['draft', 'open', 'merged', 'closed'] as const;
export const REVIEW_STATUSES = ['pending', 'approved', 'changes_requested', 'dismissed'] as const;

export const PullRequestStatusSchema = v.picklist(PULL_REQUEST_STATUSES);
export const ReviewStatusSchema = v.picklist(REVIEW_STATUSES);
export type PullRequestStatus = v.InferOutput<typeof PullRequestStatusSchema>;
export type ReviewStatus = v.InferOutput<typeof ReviewStatusSchema>;

/** A pull request on GitHub with the work on a ticket. */
export const PullRequestSchema = v.object({
  id: IdSchema,
  ticketId: IdSchema,
  githubNumber: GithubNumberSchema,
  githubUrl: v.string(),
  branch: v.string(),
  status: PullRequestStatusSchema,
  checksPassing: v.boolean(),
  reviewStatus: ReviewStatusSchema,
  createdAt: TimestampSchema,
  mergedAt: v.exactOptional(TimestampSchema),
});
export type PullRequest = v.InferOutput<typeof PullRequestSchema>;

export const PullRequestInputSchema = v.strictObject({
  ticketId: IdSchema,
  githubNumber: GithubNumberSchema,
  githubUrl: LineSchema,
  branch: LineSchema,
  status: v.optional(PullRequestStatusSchema),
  checksPassing: v.optional(v.boolean()),
  reviewStatus: v.optional(ReviewStatusSchema),
});
export type PullRequestInput = v.InferInput<typeof PullRequestInputSchema>;

export const PullRequestPatchSchema = v.strictObject({
  githubUrl: v.optional(LineSchema),
  branch: v.optional(LineSchema),
  status: v.optional(PullRequestStatusSchema),
  checksPassing: v.optional(v.boolean()),
  reviewStatus: v.optional(ReviewStatusSchema),
});
export type PullRequestPatch = v.InferInput<typeof PullRequestPatchSchema>;

/** Which pull requests a list holds, the newest first. */
export const PullRequestFilterSchema = v.strictObject({
  ticketId: v.optional(IdSchema),
  status: v.optional(oneOrMany(PullRequestStatusSchema)),
  ...pageEntries,
});
export type PullRequestFilter = v.InferInput<typeof PullRequestFilterSchema>;
