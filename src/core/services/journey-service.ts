import { SweatShopError } from '../../shared/errors.ts';
import {
  DEFAULT_JOURNEY_SETTINGS,
  JOURNEY_STAGE_TRANSITIONS,
  JOURNEY_TRANSITIONS,
  type Journey,
  type JourneyInput,
  type JourneyPatch,
  type JourneySettings,
  type JourneyStage,
  type JourneyStageInput,
  type JourneyStagePatch,
  type JourneyStageStatus,
  type JourneyStatus,
  type JourneyWithStages,
} from '../../shared/types.ts';
import type { ParsedJourneyFilter } from '../repositories/journey-repository.ts';
import { createdNow, defined, stampedNow, updatedNow, type ServiceContext } from './context.ts';

const DEFAULT_PAGE_LENGTH = 50;

/** Inquiries that go on stage by stage. */
export class JourneyService {
  readonly #context: ServiceContext;

  constructor(context: ServiceContext) {
    this.#context = context;
  }

  /** Lists journeys, the newest first; 50 of them, unless the filter says otherwise. */
  list(filter: ParsedJourneyFilter = {}): Journey[] {
    return this.#journeys.list({ limit: DEFAULT_PAGE_LENGTH, ...defined(filter) });
  }

  count(filter?: ParsedJourneyFilter): number {
    return this.#journeys.count(filter);
  }

  get(id: string): Journey | null {
    return this.#journeys.get(id);
  }

  getWithStages(id: string): JourneyWithStages | null {
    return this.#journeys.getWithStages(id);
  }

  /** Starts a journey; settings that are left out have their defaults. */
  create({ input, settings = {} }: JourneyInput): Journey {
    return this.#context.database.transaction(() =>
      this.#journeys.create({
        ...createdNow('journey', this.#context.clock),
        input,
        status: 'running',
        settings: mergeSettings(DEFAULT_JOURNEY_SETTINGS, settings),
      }),
    );
  }

  /**
   * Changes the settings of a journey, its status or both.
   *
   * One that runs again goes on with the next pending stage, if its settings say that stages start by themselves.
   *
   * @throws SweatShopError NotFound; InvalidTransition; Conflict when it is to be complete while a stage runs.
   */
  update(id: string, { status, settings }: JourneyPatch): Journey {
    return this.#context.database.transaction(() => {
      const journey = this.#journeys.getOrThrow(id);
      const changed = this.#journeys.update(id, {
        ...(settings === undefined ? {} : { settings: mergeSettings(journey.settings, settings) }),
        ...updatedNow(this.#context.clock),
      });
      if (status === undefined || status === journey.status) return changed;
      const moved = this.#move(changed, status);
      if (status === 'running') this.#startNext(moved);
      return moved;
    });
  }

  /** @throws SweatShopError NotFound. */
  delete(id: string): void {
    this.#journeys.delete(id);
  }

  /** @throws SweatShopError NotFound when there is no such journey. */
  listStages(journeyId: string): JourneyStage[] {
    this.#journeys.getOrThrow(journeyId);
    return this.#stages.listByJourney(journeyId);
  }

  listStagesByStatus(status: JourneyStageStatus): JourneyStage[] {
    return this.#stages.listByStatus(status);
  }

  getStage(id: string): JourneyStage | null {
    return this.#stages.get(id);
  }

  /**
   * Appends a pending stage.
   *
   * @throws SweatShopError NotFound when there is no such journey; Conflict when it does not run; LimitReached when
   *   it has as many stages as its settings allow.
   */
  createStage(data: JourneyStageInput): JourneyStage {
    return this.#context.database.transaction(() => {
      const journey = this.#assertRunning(data.journeyId);
      const { maxStages } = journey.settings;
      if (this.#stages.countByJourney(journey.id) >= maxStages) {
        throw new SweatShopError(
          'LimitReached',
          `The journey has its ${String(maxStages)} stages. Allow more in its settings to go on.`,
          { journeyId: journey.id, limit: maxStages },
        );
      }
      this.#touch(journey.id);
      return this.#stages.create({
        ...stampedNow('journeyStage', this.#context.clock),
        ...defined(data),
        status: 'pending',
      });
    });
  }

  /**
   * Changes the given fields of a stage.
   *
   * A stage that fails fails its journey. One that is complete starts the next pending one, if the settings say that
   * stages start by themselves, and completes the journey, if it was the last that the settings allow.
   *
   * @throws SweatShopError NotFound; InvalidTransition; Conflict when the stage is to start but the journey does not run.
   */
  updateStage(id: string, { status, ...fields }: JourneyStagePatch): JourneyStage {
    return this.#context.database.transaction(() => {
      const stage = this.#stages.getOrThrow(id);
      const isMove = status !== undefined && status !== stage.status;
      if (isMove) assertAllowed('stage', stage.status, status, JOURNEY_STAGE_TRANSITIONS);
      if (isMove && status === 'running') this.#assertRunning(stage.journeyId);
      const changed = this.#stages.update(id, { ...fields, ...(isMove ? { status } : {}) });
      this.#touch(stage.journeyId);
      if (isMove) this.#follow(changed);
      return changed;
    });
  }

  /** Lets the journey go on as its stage did. */
  #follow({ journeyId, status }: JourneyStage): void {
    const journey = this.#journeys.getOrThrow(journeyId);
    if (journey.status !== 'running') return;
    if (status === 'error') {
      this.#move(journey, 'error');
    } else if (status === 'complete') {
      const stages = this.#stages.listByJourney(journeyId);
      const isOver = stages.every((stage) => stage.status === 'complete');
      if (isOver && stages.length >= journey.settings.maxStages) this.#move(journey, 'complete');
      else this.#startNext(journey);
    }
  }

  #startNext({ id, settings }: Journey): void {
    if (!settings.autoAdvance) return;
    const stages = this.#stages.listByJourney(id);
    const next = stages.find(({ status }) => status === 'pending');
    if (next && !stages.some(({ status }) => status === 'running')) {
      this.#stages.update(next.id, { status: 'running' });
    }
  }

  #move(journey: Journey, status: JourneyStatus): Journey {
    assertAllowed('journey', journey.status, status, JOURNEY_TRANSITIONS);
    const stages = status === 'complete' ? this.#stages.listByJourney(journey.id) : [];
    const running = stages.find((stage) => stage.status === 'running');
    if (running) {
      throw new SweatShopError(
        'Conflict',
        'A stage of the journey still runs. Complete or fail it first.',
        { journeyId: journey.id, stageId: running.id },
      );
    }
    return this.#journeys.update(journey.id, { status, ...updatedNow(this.#context.clock) });
  }

  #assertRunning(journeyId: string): Journey {
    const journey = this.#journeys.getOrThrow(journeyId);
    if (journey.status === 'running') return journey;
    throw new SweatShopError('Conflict', `The journey does not run: it is ${journey.status}.`, {
      journeyId,
      journeyStatus: journey.status,
    });
  }

  #touch(journeyId: string): void {
    this.#journeys.update(journeyId, updatedNow(this.#context.clock));
  }

  get #journeys() {
    return this.#context.repositories.journeys;
  }

  get #stages() {
    return this.#context.repositories.journeyStages;
  }
}

function mergeSettings(
  settings: JourneySettings,
  changes: NonNullable<JourneyPatch['settings']>,
): JourneySettings {
  return { ...settings, ...defined(changes) };
}

function assertAllowed<Status extends string>(
  what: string,
  from: Status,
  to: Status,
  transitions: Readonly<Record<Status, readonly Status[]>>,
): void {
  const allowed = transitions[from];
  if (allowed.includes(to)) return;
  throw new SweatShopError('InvalidTransition', `A ${what} cannot go from ${from} to ${to}.`, {
    from,
    to,
    allowed,
  });
}
