import { invalidInput } from '../../shared/errors.ts';
import { PLANNED_STAGE, type Ticket } from '../../shared/types.ts';
import type { WorkerTypeRepository } from '../repositories/worker-type-repository.ts';

type Planned = Pick<Ticket, 'executionPlan' | 'lastCompletedStage'> & {
  readonly projectId?: string | null | undefined;
};

/** Gives the worker type whose turn it is on a ticket, or undefined when its plan is done, or has lost its place. */
export function turnOf({ executionPlan, lastCompletedStage }: Planned): string | undefined {
  const index = executionPlan.indexOf(lastCompletedStage);
  if (index < 0 && lastCompletedStage !== PLANNED_STAGE) return undefined;
  return executionPlan[index + 1];
}

/**
 * Checks that a ticket may have its execution plan.
 *
 * @throws SweatShopError InvalidInput when its project has no such worker type, or when the plan leaves out the stage
 *   that was completed last.
 */
export function assertMayHavePlan(workerTypes: WorkerTypeRepository, ticket: Planned): void {
  const { executionPlan, lastCompletedStage, projectId } = ticket;
  if (lastCompletedStage !== PLANNED_STAGE && !executionPlan.includes(lastCompletedStage)) {
    throw invalidInput({
      path: 'executionPlan',
      message: `must keep ${lastCompletedStage}, which was completed last`,
    });
  }
  if (projectId === undefined || projectId === null || executionPlan.length === 0) return;
  const known = new Set(workerTypes.list({ projectId }).map(({ workerType }) => workerType));
  const unknown = executionPlan.flatMap((workerType, index) =>
    known.has(workerType)
      ? []
      : [
          {
            path: `executionPlan.${String(index)}`,
            message: `the project has no worker type ${workerType}`,
          },
        ],
  );
  if (unknown.length > 0) throw invalidInput(...unknown);
}
