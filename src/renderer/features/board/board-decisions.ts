import type { AgentStatus } from '../../../shared/entities/agent.ts';
import type { TicketStatus } from '../../../shared/entities/ticket.ts';

/**
 * Tells which decision about an agent's work a move on the board stands for.
 *
 * @returns Null where it is a plain move.
 */
export function decisionFor(
  from: TicketStatus,
  to: TicketStatus,
  agentStatus: AgentStatus,
): 'approve' | 'reject' | 'merge' | null {
  if (from === 'qa_review' && agentStatus === 'QA_READY') {
    if (to === 'approved') return 'approve';
    if (to === 'rejected') return 'reject';
  }
  if (from === 'approved' && to === 'merged' && agentStatus === 'MERGING') return 'merge';
  return null;
}
