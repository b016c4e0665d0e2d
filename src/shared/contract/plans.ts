import { IdSchema } from '../entities/fields.ts';
import { ClosingSchema, StageCompletionSchema, StageReportSchema } from '../entities/plan.ts';
import { TicketSchema } from '../entities/ticket.ts';
import { arg, channel } from './define.ts';

const ticketId = arg('ticketId', IdSchema);

export const plans = {
  completeStage: channel(
    'plan:complete-stage',
    'Completes the stage of a ticket whose turn it is: comment, event and hand-over to the next worker type; after the last stage the ticket is merged.',
    [ticketId, arg('report', StageReportSchema)],
    StageCompletionSchema,
    ['Conflict', 'InvalidTransition', 'LimitReached'],
  ),
  close: channel(
    'plan:close',
    'Ends a ticket though its plan is not done.',
    [ticketId, arg('closing', ClosingSchema)],
    TicketSchema,
    ['Conflict', 'InvalidTransition', 'LimitReached'],
  ),
};
