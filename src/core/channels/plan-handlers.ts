import type { PlanService } from '../services/plan-service.ts';
import type { HandlersOf } from './handlers.ts';

export function planHandlers(plans: PlanService): HandlersOf<'plans'> {
  return {
    completeStage: (ticketId, report) => plans.completeStage(ticketId, report),
    close: (ticketId, closing) => plans.close(ticketId, closing),
  };
}
