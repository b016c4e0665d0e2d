import { SweatShopError } from '../../shared/errors.ts';
import type { Epic, EpicStatus, Gate, Stage } from '../../shared/types.ts';
import { timestampOf } from '../ports/clock.ts';
import type { EntityPatch } from '../repositories/table.ts';
import type { AuditTrail, Change } from './audit-trail.ts';
import { updatedNow, type ServiceContext } from './context.ts';

/** Moves epics from stage to stage, as far as their gates let them; all calls belong into a transaction. */
export class EpicProgress {
  readonly #context: ServiceContext;
  readonly #audit: AuditTrail;

  constructor(context: ServiceContext, audit: AuditTrail) {
    this.#context = context;
    this.#audit = audit;
  }

  /** Changes an epic and records it. */
  writeEpic(change: Change, epic: Epic, patch: EntityPatch<Epic>): Epic {
    const written = this.#context.repositories.epics.update(epic.id, {
      ...patch,
      ...updatedNow(this.#context.clock),
    });
    this.#audit.recordUpdate(change, 'epics', epic, written);
    return written;
  }

  /** Changes a stage and records it. */
  writeStage(change: Change, stage: Stage, patch: EntityPatch<Stage>): Stage {
    const isOver = patch.status === 'approved' || patch.status === 'skipped';
    const written = this.#context.repositories.stages.update(stage.id, {
      ...patch,
      ...(isOver ? { completedAt: timestampOf(this.#context.clock) } : {}),
    });
    this.#audit.recordUpdate(change, 'stages', stage, written);
    return written;
  }

  /** Changes a gate and records it. */
  writeGate(change: Change, gate: Gate, patch: EntityPatch<Gate>): Gate {
    const written = this.#context.repositories.gates.update(gate.id, patch);
    this.#audit.recordUpdate(change, 'gates', gate, written);
    return written;
  }

  /** Ends the work on the current stage; gates that were rejected before ask for approval anew. */
  endStage(change: Change, epic: Epic, stage: Stage): Epic {
    for (const gate of this.#context.repositories.gates.list({ stageId: stage.id })) {
      if (gate.status !== 'rejected') continue;
      this.writeGate(change, gate, { status: 'pending', approvedBy: [], rejectionReason: null });
    }
    return this.passGates(change, epic, stage);
  }

  /** Lets the epic wait at the first gate of its stage that nobody let it pass, or go on. */
  passGates(change: Change, epic: Epic, stage: Stage): Epic {
    const closed = this.#context.repositories.gates
      .list({ stageId: stage.id })
      .find(({ status }) => status === 'pending');
    if (closed) {
      this.writeStage(change, stage, { status: 'awaiting_gate' });
      return this.writeEpic(change, epic, {
        status: 'awaiting_gate',
        blockedAtGateId: closed.id,
      });
    }
    this.writeStage(change, stage, { status: 'approved' });
    return this.goOn(change, epic);
  }

  /** Starts the next stage that waits for its turn; without one the epic is completed. */
  goOn(change: Change, epic: Epic): Epic {
    const next = this.#context.repositories.stages
      .listByEpic(epic.id)
      .find(({ status }) => status === 'pending');
    if (!next) {
      return this.writeEpic(change, epic, {
        status: 'completed',
        currentStageId: null,
        blockedAtGateId: null,
        completedAt: timestampOf(this.#context.clock),
      });
    }
    this.writeStage(change, next, {
      status: 'in_progress',
      startedAt: timestampOf(this.#context.clock),
    });
    return this.writeEpic(change, epic, {
      status: 'in_progress',
      currentStageId: next.id,
      blockedAtGateId: null,
    });
  }

  /** Sends the epic back to the work of the stage that it wanted to leave. */
  sendBack(change: Change, epic: Epic, stage: Stage): Epic {
    this.writeStage(change, stage, { status: 'in_progress' });
    return this.writeEpic(change, epic, { status: 'in_progress', blockedAtGateId: null });
  }
}

/** @throws SweatShopError InvalidTransition unless the epic has one of the statuses. */
export function assertEpicIs(epic: Epic, statuses: readonly EpicStatus[], to: EpicStatus): void {
  if (statuses.includes(epic.status)) return;
  throw new SweatShopError(
    'InvalidTransition',
    `"${epic.title}" is ${epic.status}; this is possible only while it is ${statuses.join(' or ')}.`,
    { from: epic.status, to, allowed: statuses },
  );
}
