import * as v from 'valibot';
import { IdSchema, LineSchema, TimestampSchema } from './fields.ts';

export const SCRATCH_ORG_STATUSES = ['available', 'leased', 'expired', 'error'] as const;

export const ScratchOrgStatusSchema = v.picklist(SCRATCH_ORG_STATUSES);
export type ScratchOrgStatus = v.InferOutput<typeof ScratchOrgStatusSchema>;

/** A Salesforce scratch org, leased to one agent at a time. */
export const ScratchOrgSchema = v.object({
  id: IdSchema,
  /** The name by which the sf command line knows it. */
  alias: v.string(),
  status: ScratchOrgStatusSchema,
  assignedAgentId: v.exactOptional(IdSchema),
  loginUrl: v.exactOptional(v.string()),
  expiresAt: v.exactOptional(TimestampSchema),
  createdAt: TimestampSchema,
  updatedAt: TimestampSchema,
});
export type ScratchOrg = v.InferOutput<typeof ScratchOrgSchema>;

const LoginUrlSchema = v.pipe(
  LineSchema,
  v.check(
    (text) => /^https?:\/\//i.test(text) && URL.canParse(text),
    'must be an http or https address',
  ),
);

/** The statuses a person can give; `leased` comes from a claim only. */
const FreeStatusSchema = v.picklist(['available', 'expired', 'error']);

/** What a new org can be given; only the alias is needed. */
export const ScratchOrgInputSchema = v.strictObject({
  alias: LineSchema,
  status: v.optional(FreeStatusSchema),
  loginUrl: v.optional(LoginUrlSchema),
  expiresAt: v.optional(TimestampSchema),
});
export type ScratchOrgInput = v.InferInput<typeof ScratchOrgInputSchema>;

/** What can be changed in an org; `null` clears a field. */
export const ScratchOrgPatchSchema = v.strictObject({
  alias: v.optional(LineSchema),
  status: v.optional(FreeStatusSchema),
  loginUrl: v.optional(v.nullable(LoginUrlSchema)),
  expiresAt: v.optional(v.nullable(TimestampSchema)),
});
export type ScratchOrgPatch = v.InferInput<typeof ScratchOrgPatchSchema>;
