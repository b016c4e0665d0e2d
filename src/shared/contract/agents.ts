import * as v from 'valibot';
import {
  AgentInputSchema,
  AgentPatchSchema,
  AgentSchema,
  AgentStatusSchema,
  AssignmentSchema,
  HeartbeatSchema,
} from '../entities/agent.ts';
import { IdSchema, MessageSchema } from '../entities/fields.ts';
import { TicketRunSchema } from '../entities/ticket-run.ts';
import { arg, channel, pushEvent } from './define.ts';
import { DeleteOptionsSchema } from './options.ts';

const id = arg('id', IdSchema);

export const agents = {
  list: channel('agent:list', 'Lists agents, the oldest first.', [], v.array(AgentSchema)),
  get: channel(
    'agent:get',
    'Gives the agent with this id, or null.',
    [id],
    v.nullable(AgentSchema),
  ),
  create: channel(
    'agent:create',
    'Creates an idle agent.',
    [arg('data', v.optional(AgentInputSchema))],
    AgentSchema,
    ['Conflict'],
  ),
  update: channel(
    'agent:update',
    'Changes the given fields of an agent; a change of status obeys the state machine.',
    [id, arg('patch', AgentPatchSchema)],
    AgentSchema,
    ['Conflict', 'InvalidTransition', 'LimitReached'],
  ),
  delete: channel(
    'agent:delete',
    'Deletes an idle agent.',
    [id, arg('options', v.optional(DeleteOptionsSchema))],
    v.void(),
    ['Conflict'],
  ),
  assign: channel(
    'agent:assign',
    'Puts an idle agent to work on a ticket: claims the org, starts the run and moves the ticket, all or nothing.',
    [id, arg('assignment', AssignmentSchema)],
    v.object({ agent: AgentSchema, run: TicketRunSchema }),
    ['Conflict', 'InvalidTransition', 'DependencyUnmet', 'LimitReached'],
  ),
  ask: channel(
    'agent:ask',
    'Puts a question to a person and stops the agent until the answer comes.',
    [id, arg('question', MessageSchema)],
    AgentSchema,
    ['InvalidTransition'],
  ),
  fail: channel(
    'agent:fail',
    'Reports an error that stops the agent until a person acts.',
    [id, arg('message', MessageSchema)],
    AgentSchema,
    ['InvalidTransition'],
  ),
  approve: channel(
    'agent:approve',
    'Approves the work of an agent that is ready for QA; merging starts.',
    [id],
    AgentSchema,
    ['InvalidTransition', 'LimitReached'],
  ),
  reject: channel(
    'agent:reject',
    'Sends the work of an agent that is ready for QA back for rework.',
    [id, arg('reason', MessageSchema)],
    AgentSchema,
    ['InvalidTransition', 'LimitReached'],
  ),
  merge: channel(
    'agent:merge',
    'Ends the work: merges the ticket, completes the run, releases the org and frees the agent.',
    [id],
    AgentSchema,
    ['InvalidTransition', 'LimitReached'],
  ),
  stop: channel(
    'agent:stop',
    'Takes the ticket away from an agent: cancels the run, releases the org and puts the ticket back to ready.',
    [id, arg('reason', v.optional(MessageSchema))],
    AgentSchema,
    ['InvalidTransition', 'LimitReached'],
  ),
  report: channel(
    'agent:report',
    'Stores what the program of an agent says of it, who appears if nobody has the id; steps of work on the way to a status are taken too.',
    [id, arg('patch', AgentPatchSchema)],
    AgentSchema,
    ['Conflict', 'InvalidTransition', 'LimitReached'],
  ),
  heartbeat: channel(
    'agent:heartbeat',
    'Notes that an agent lives, with what its program reports.',
    [id, arg('report', v.optional(HeartbeatSchema))],
    AgentSchema,
  ),
  stale: channel(
    'agent:stale',
    'Lists the agents at work that have not shown for too long that they live.',
    [],
    v.array(AgentSchema),
  ),
  markStale: channel(
    'agent:mark-stale',
    'Puts an event into the queue for each agent that fell silent, and lists all that are silent; moves nothing.',
    [],
    v.array(AgentSchema),
  ),
  writeTerminal: channel(
    'agent:write-terminal',
    'Sends terminal output of an agent to whoever watches it; nothing is stored.',
    [id, arg('data', v.pipe(v.string(), v.maxLength(1_000_000)))],
    v.void(),
  ),
};

export const agentEvents = {
  onStatusChanged: pushEvent(
    'agent:status-changed',
    'Sent after an agent went from one status to another.',
    v.object({ agentId: IdSchema, from: AgentStatusSchema, to: AgentStatusSchema }),
  ),
  onTerminalData: pushEvent(
    'agent:terminal-data',
    'Sent when an agent writes to its terminal.',
    v.object({ agentId: IdSchema, data: v.string() }),
  ),
};
