import * as v from 'valibot';
import { DecisionFilterSchema, DecisionSchema } from '../entities/decision.ts';
import { IdSchema, LineSchema, MessageSchema } from '../entities/fields.ts';
import {
  ExecutionSchema,
  ForcingSchema,
  OverrideSchema,
  ProposalFilterSchema,
  ProposalInputSchema,
  ProposalPatchSchema,
  ProposalSchema,
} from '../entities/proposal.ts';
import { VoteInputSchema, VoteSchema } from '../entities/vote.ts';
import { arg, channel } from './define.ts';

const id = arg('id', IdSchema);

export const proposals = {
  list: channel(
    'proposal:list',
    'Lists proposals, the newest first.',
    [arg('filter', v.optional(ProposalFilterSchema))],
    v.array(ProposalSchema),
  ),
  get: channel(
    'proposal:get',
    'Gives the proposal with this id, or null.',
    [id],
    v.nullable(ProposalSchema),
  ),
  create: channel(
    'proposal:create',
    'Makes a proposal; nobody votes on it yet.',
    [arg('data', ProposalInputSchema)],
    ProposalSchema,
    ['NotFound'],
  ),
  update: channel(
    'proposal:update',
    'Changes the given fields of a proposal that is not voted on yet.',
    [id, arg('patch', ProposalPatchSchema)],
    ProposalSchema,
    ['InvalidTransition'],
  ),
  delete: channel(
    'proposal:delete',
    'Deletes a proposal that is not voted on yet.',
    [id],
    v.void(),
    ['InvalidTransition'],
  ),
  startVote: channel('proposal:start-vote', 'Opens the vote on a proposal.', [id], ProposalSchema, [
    'InvalidTransition',
  ]),
  vote: channel(
    'proposal:vote',
    'Casts the vote of an agent; the proposal is decided as soon as the votes still to come cannot change the outcome.',
    [id, arg('vote', VoteInputSchema)],
    v.object({ vote: VoteSchema, proposal: ProposalSchema }),
    ['Conflict', 'InvalidTransition'],
  ),
  votes: channel(
    'proposal:votes',
    'Lists the votes on a proposal, the oldest first.',
    [id],
    v.array(VoteSchema),
  ),
  endVote: channel(
    'proposal:end-vote',
    'Ends the vote on a proposal and decides by the votes that are in.',
    [id],
    ProposalSchema,
    ['InvalidTransition'],
  ),
  settleOverdue: channel(
    'proposal:settle-overdue',
    'Decides every proposal whose deadline has passed, by the votes that are in.',
    [],
    v.array(ProposalSchema),
  ),
  veto: channel(
    'proposal:veto',
    'Stops a proposal, whatever the vote says.',
    [id, arg('override', OverrideSchema)],
    ProposalSchema,
    ['InvalidTransition'],
  ),
  force: channel(
    'proposal:force',
    'Decides a proposal, whatever the vote says.',
    [id, arg('forcing', ForcingSchema)],
    ProposalSchema,
    ['InvalidTransition'],
  ),
  choose: channel(
    'proposal:choose',
    'Says which of its options an approved proposal means.',
    [id, arg('option', LineSchema)],
    ProposalSchema,
    ['InvalidTransition'],
  ),
  execute: channel(
    'proposal:execute',
    'Says that an approved proposal is being carried out.',
    [id],
    ProposalSchema,
    ['InvalidTransition'],
  ),
  finish: channel(
    'proposal:finish',
    'Says how the execution of a proposal went.',
    [id, arg('execution', ExecutionSchema)],
    ProposalSchema,
    ['InvalidTransition'],
  ),
  rollBack: channel(
    'proposal:roll-back',
    'Says that what was carried out was taken back, and why.',
    [id, arg('reason', MessageSchema)],
    ProposalSchema,
    ['InvalidTransition'],
  ),
};

export const decisions = {
  list: channel(
    'decision:list',
    'Lists decisions, the newest first.',
    [arg('filter', v.optional(DecisionFilterSchema))],
    v.array(DecisionSchema),
  ),
  get: channel(
    'decision:get',
    'Gives the decision with this id, or null.',
    [id],
    v.nullable(DecisionSchema),
  ),
};
