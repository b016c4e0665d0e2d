import { SweatShopError } from '../../shared/errors.ts';
import type * as v from 'valibot';
import type {
  DecisionType,
  Gate,
  GateComment,
  GateCommentInput,
  GateInputSchema,
  GateReason,
  GateVerdict,
} from '../../shared/types.ts';
import { timestampOf } from '../ports/clock.ts';
import type { ParsedGateFilter } from '../repositories/gate-repository.ts';
import type { AuditTrail, Change } from './audit-trail.ts';
import { defined, stampedNow, type ServiceContext } from './context.ts';
import type { EpicProgress } from './epic-progress.ts';

type GateData = v.InferOutput<typeof GateInputSchema>;

/** What people do with the gates of epics. */
export class GateService {
  readonly #context: ServiceContext;
  readonly #audit: AuditTrail;
  readonly #progress: EpicProgress;

  constructor(
    context: ServiceContext,
    parts: { readonly audit: AuditTrail; readonly progress: EpicProgress },
  ) {
    this.#context = context;
    this.#audit = parts.audit;
    this.#progress = parts.progress;
  }

  list(filter?: ParsedGateFilter): Gate[] {
    return this.#gates.list(filter);
  }

  get(id: string): Gate | null {
    return this.#gates.get(id);
  }

  /**
   * Puts a gate at the end of a stage.
   *
   * @throws SweatShopError NotFound when there is no such stage; InvalidTransition when the stage is over.
   */
  create(data: GateData): Gate {
    return this.#context.database.transaction(() => {
      const stage = this.#context.repositories.stages.getOrThrow(data.stageId);
      if (stage.status === 'approved' || stage.status === 'skipped') {
        throw new SweatShopError(
          'InvalidTransition',
          `The stage ${stage.name} is ${stage.status}; a gate would come too late.`,
          { from: stage.status, to: stage.status, allowed: [] },
        );
      }
      return this.#gates.create({
        approvalsNeeded: data.requiredApprovers?.length ?? 1,
        ...defined(data),
        ...stampedNow('gate', this.#context.clock),
        status: 'pending',
        approvedBy: [],
      });
    });
  }

  /** @throws SweatShopError NotFound; Conflict when somebody spoke on it already, or an epic waits at it. */
  delete(id: string): void {
    this.#context.database.transaction(() => {
      const gate = this.#gates.getOrThrow(id);
      const { epic } = this.#placeOf(gate);
      const isUsed = gate.status !== 'pending' || gate.approvedBy.length > 0;
      if (isUsed || epic.blockedAtGateId === id) {
        throw new SweatShopError(
          'Conflict',
          isUsed
            ? 'People have spoken on this gate already. Skip it, if it is not needed any more.'
            : `"${epic.title}" waits at this gate. Approve, reject or skip it.`,
          { gateId: id },
        );
      }
      this.#gates.delete(id);
    });
  }

  /**
   * Approves a gate; with the last approval that is needed, an epic that waits there goes on.
   *
   * @throws SweatShopError NotFound; InvalidTransition when it is not pending; Forbidden when the person is not one
   *   of those who may; Conflict when the person approved it before.
   */
  approve(id: string, { by, comment }: GateVerdict): Gate {
    return this.#context.database.transaction(() => {
      const gate = this.#pending(id, 'approved');
      assertMayApprove(gate, by);
      const change = this.#audit.begin(`human:${by}`, comment);
      if (comment !== undefined) this.comment({ gateId: id, author: by, content: comment });
      const approvedBy = [...gate.approvedBy, by];
      if (approvedBy.length < gate.approvalsNeeded) {
        return this.#progress.writeGate(change, gate, { approvedBy });
      }
      const approvedAt = timestampOf(this.#context.clock);
      const approved = this.#progress.writeGate(change, gate, {
        ...{ approvedBy, approvedAt, status: 'approved' },
      });
      this.#decide(change, approved, 'gate_approved', { approvedBy });
      this.#letPass(change, approved);
      return approved;
    });
  }

  /**
   * Rejects a gate; an epic that waits at the end of its stage goes back to the work.
   *
   * @throws SweatShopError NotFound; InvalidTransition when it is not pending; Forbidden when the person is not one
   *   of those who may approve.
   */
  reject(id: string, { by, reason }: GateReason): Gate {
    return this.#context.database.transaction(() => {
      const gate = this.#pending(id, 'rejected');
      assertIsApprover(gate, by);
      const change = this.#audit.begin(`human:${by}`, reason);
      const rejected = this.#progress.writeGate(change, gate, {
        status: 'rejected',
        rejectionReason: reason,
      });
      this.comment({ gateId: id, author: by, content: reason });
      this.#decide(change, rejected, 'gate_rejected', { reason });
      const { epic, stage } = this.#placeOf(gate);
      const isAwaited = epic.currentStageId === stage.id && stage.status === 'awaiting_gate';
      if (isAwaited) this.#progress.sendBack(change, epic, stage);
      return rejected;
    });
  }

  /**
   * Lets epics pass a gate without approval.
   *
   * @throws SweatShopError NotFound; InvalidTransition when it is approved or skipped already.
   */
  skip(id: string, { by, reason }: GateReason): Gate {
    return this.#context.database.transaction(() => {
      const gate = this.#pending(id, 'skipped');
      const change = this.#audit.begin(`human:${by}`, reason);
      const skipped = this.#progress.writeGate(change, gate, { status: 'skipped' });
      this.#decide(change, skipped, 'human_override', { skipped: true, reason });
      this.#letPass(change, skipped);
      return skipped;
    });
  }

  listComments(gateId: string): GateComment[] {
    return this.#context.repositories.gateComments.listByGate(gateId);
  }

  /** @throws SweatShopError NotFound when there is no such gate. */
  comment(data: GateCommentInput): GateComment {
    return this.#context.database.transaction(() => {
      this.#gates.getOrThrow(data.gateId);
      return this.#context.repositories.gateComments.create({
        ...stampedNow('gateComment', this.#context.clock),
        ...data,
      });
    });
  }

  #letPass(change: Change, gate: Gate): void {
    const { epic, stage } = this.#placeOf(gate);
    if (epic.blockedAtGateId === gate.id) this.#progress.passGates(change, epic, stage);
  }

  #decide(change: Change, gate: Gate, decisionType: DecisionType, outcome: object): void {
    const { epic, stage } = this.#placeOf(gate);
    this.#context.repositories.decisions.create({
      ...stampedNow('decision', this.#context.clock),
      epicId: epic.id,
      decisionType,
      description: `${stage.name}: ${gate.description}`,
      outcome: { gateId: gate.id, ...outcome },
      decidedBy: change.actor,
    });
  }

  #pending(id: string, to: string): Gate {
    const gate = this.#gates.getOrThrow(id);
    if (gate.status === 'pending') return gate;
    throw new SweatShopError('InvalidTransition', `The gate is ${gate.status} already.`, {
      from: gate.status,
      to,
      allowed: [],
    });
  }

  #placeOf({ stageId }: Gate) {
    const { stages, epics } = this.#context.repositories;
    const stage = stages.getOrThrow(stageId);
    return { stage, epic: epics.getOrThrow(stage.epicId) };
  }

  get #gates() {
    return this.#context.repositories.gates;
  }
}

function assertMayApprove(gate: Gate, by: string): void {
  assertIsApprover(gate, by);
  if (!gate.approvedBy.includes(by)) return;
  throw new SweatShopError('Conflict', `${by} approved this gate already.`, { by });
}

function assertIsApprover({ requiredApprovers }: Gate, by: string): void {
  if (requiredApprovers === undefined || requiredApprovers.includes(by)) return;
  throw new SweatShopError(
    'Forbidden',
    `${by} cannot decide this gate; ${requiredApprovers.join(', ')} can.`,
    { by, requiredApprovers },
  );
}
