import type * as v from 'valibot';
import { SweatShopError } from '../../shared/errors.ts';
import type {
  Advance,
  Epic,
  EpicDetail,
  EpicInputSchema,
  EpicPatchSchema,
  Stage,
  StageInput,
  StagePatch,
} from '../../shared/types.ts';
import type { ParsedEpicFilter } from '../repositories/epic-repository.ts';
import { HUMAN, type AuditTrail } from './audit-trail.ts';
import { createdNow, defined, stampedNow, updatedNow, type ServiceContext } from './context.ts';
import { assertEpicIs, type EpicProgress } from './epic-progress.ts';

type EpicData = v.InferOutput<typeof EpicInputSchema>;
type EpicChange = v.InferOutput<typeof EpicPatchSchema>;

/** What people do with epics and their stages. */
export class EpicService {
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

  list(filter?: ParsedEpicFilter): Epic[] {
    return this.#epics.list(filter);
  }

  get(id: string): Epic | null {
    return this.#epics.get(id);
  }

  /** Gives an epic with its stages in order and the gates of each, or null. */
  detail(id: string): EpicDetail | null {
    const { gates, stages } = this.#context.repositories;
    const epic = this.#epics.get(id);
    if (!epic) return null;
    const byStage = Map.groupBy(gates.list({ epicId: id }), ({ stageId }) => stageId);
    return {
      ...epic,
      stages: stages
        .listByEpic(id)
        .map((stage) => ({ ...stage, gates: byStage.get(stage.id) ?? [] })),
    };
  }

  create(data: EpicData): Epic {
    return this.#context.database.transaction(() =>
      this.#epics.create({
        ...{ description: '', acceptanceCriteria: [], repoPath: '' },
        ...defined(data),
        ...createdNow('epic', this.#context.clock),
        status: 'draft',
      }),
    );
  }

  /** @throws SweatShopError NotFound. */
  update(id: string, patch: EpicChange): Epic {
    return this.#context.database.transaction(() =>
      this.#epics.update(id, { ...patch, ...updatedNow(this.#context.clock) }),
    );
  }

  /** Deletes an epic with its stages and gates; its tickets stay. @throws SweatShopError NotFound. */
  delete(id: string): void {
    this.#epics.delete(id);
  }

  /** @throws SweatShopError NotFound; InvalidTransition when it is no draft. */
  markReady(id: string): Epic {
    return this.#context.database.transaction(() => {
      const epic = this.#epics.getOrThrow(id);
      assertEpicIs(epic, ['draft'], 'ready');
      return this.#progress.writeEpic(this.#audit.begin(), epic, { status: 'ready' });
    });
  }

  /**
   * Starts the first stage of an epic.
   *
   * @throws SweatShopError NotFound; InvalidTransition when it started already; Conflict when it has no stage to start.
   */
  start(id: string): Epic {
    return this.#context.database.transaction(() => {
      const epic = this.#epics.getOrThrow(id);
      assertEpicIs(epic, ['draft', 'ready'], 'in_progress');
      const stages = this.#context.repositories.stages.listByEpic(id);
      if (!stages.some(({ status }) => status === 'pending')) {
        throw new SweatShopError(
          'Conflict',
          `"${epic.title}" has no stage to start. Add one first.`,
          {
            epicId: id,
          },
        );
      }
      return this.#progress.goOn(this.#audit.begin(), epic);
    });
  }

  /**
   * Ends the current stage: with gates that are not approved the epic waits there, without it goes on.
   *
   * @throws SweatShopError NotFound; InvalidTransition when no stage is in progress; DependencyUnmet when tickets of
   *   the stage are neither merged nor rejected, unless that is overridden with a reason.
   */
  advance(id: string, { override = false, reason }: Advance = {}): Epic {
    return this.#context.database.transaction(() => {
      const epic = this.#epics.getOrThrow(id);
      assertEpicIs(epic, ['in_progress'], 'in_progress');
      const stage = this.#stages.getOrThrow(epic.currentStageId ?? '');
      const unfinished = this.#context.repositories.tickets.listUnfinishedOfStage(stage.id);
      if (unfinished.length > 0 && !override) {
        throw new SweatShopError(
          'DependencyUnmet',
          `${String(unfinished.length)} ticket(s) of the stage ${stage.name} are unfinished. ` +
            'Finish them first, or go on all the same and say why.',
          { blockedBy: unfinished },
        );
      }
      return this.#progress.endStage(this.#audit.begin(HUMAN, reason), epic, stage);
    });
  }

  /** @throws SweatShopError NotFound; InvalidTransition when it is over. */
  cancel(id: string, reason: string): Epic {
    return this.#context.database.transaction(() => {
      const epic = this.#epics.getOrThrow(id);
      assertEpicIs(epic, ['draft', 'ready', 'in_progress', 'awaiting_gate'], 'cancelled');
      return this.#progress.writeEpic(this.#audit.begin(HUMAN, reason), epic, {
        status: 'cancelled',
        blockedAtGateId: null,
      });
    });
  }

  listStages(epicId: string): Stage[] {
    return this.#stages.listByEpic(epicId);
  }

  /** Adds a stage at the end. @throws SweatShopError NotFound; InvalidTransition when the epic is over. */
  createStage(data: StageInput): Stage {
    return this.#context.database.transaction(() => {
      const epic = this.#epics.getOrThrow(data.epicId);
      assertEpicIs(epic, ['draft', 'ready', 'in_progress', 'awaiting_gate'], epic.status);
      const last = this.#stages.listByEpic(data.epicId).at(-1);
      return this.#stages.create({
        ...stampedNow('stage', this.#context.clock),
        ...defined(data),
        stageOrder: last ? last.stageOrder + 1 : 0,
        status: 'pending',
      });
    });
  }

  /** @throws SweatShopError NotFound. */
  updateStage(id: string, patch: StagePatch): Stage {
    return this.#context.database.transaction(() => this.#stages.update(id, patch));
  }

  /**
   * Puts a stage that has not started to another place among the stages of its epic.
   *
   * @param stageOrder Its new place, counted from 0; places of stages that started are not to be had.
   * @returns All stages of the epic.
   * @throws SweatShopError NotFound; InvalidTransition when it started.
   */
  moveStage(id: string, stageOrder: number): Stage[] {
    return this.#context.database.transaction(() => {
      const stage = this.#pendingStage(id, 'moved');
      const others = this.#stages.listByEpic(stage.epicId).filter((other) => other.id !== id);
      const firstFree = others.findLastIndex(({ status }) => status !== 'pending') + 1;
      const place = Math.min(Math.max(stageOrder, firstFree), others.length);
      for (const [order, { id: stageId, stageOrder: oldOrder }] of others
        .toSpliced(place, 0, stage)
        .entries()) {
        if (oldOrder !== order) this.#stages.update(stageId, { stageOrder: order });
      }
      return this.#stages.listByEpic(stage.epicId);
    });
  }

  /**
   * Leaves a stage out; if it was the current one the epic goes on.
   *
   * @throws SweatShopError NotFound; InvalidTransition when it is over.
   */
  skipStage(id: string, reason: string): Stage {
    return this.#context.database.transaction(() => {
      const stage = this.#stages.getOrThrow(id);
      if (!['pending', 'in_progress', 'awaiting_gate'].includes(stage.status)) {
        throw new SweatShopError('InvalidTransition', `The stage ${stage.name} is over.`, {
          from: stage.status,
          to: 'skipped',
          allowed: [],
        });
      }
      const change = this.#audit.begin(HUMAN, reason);
      const skipped = this.#progress.writeStage(change, stage, { status: 'skipped' });
      const epic = this.#epics.getOrThrow(stage.epicId);
      if (epic.currentStageId === id) this.#progress.goOn(change, epic);
      return skipped;
    });
  }

  /** @throws SweatShopError NotFound; InvalidTransition when it started. */
  deleteStage(id: string): void {
    this.#context.database.transaction(() => {
      this.#pendingStage(id, 'deleted');
      this.#stages.delete(id);
    });
  }

  #pendingStage(id: string, verb: string): Stage {
    const stage = this.#stages.getOrThrow(id);
    if (stage.status === 'pending') return stage;
    throw new SweatShopError(
      'InvalidTransition',
      `The stage ${stage.name} is ${stage.status} and cannot be ${verb}.`,
      { from: stage.status, to: stage.status, allowed: [] },
    );
  }

  get #epics() {
    return this.#context.repositories.epics;
  }

  get #stages() {
    return this.#context.repositories.stages;
  }
}
