import * as v from 'valibot';
import { CountSchema, IdSchema, LineSchema, TimestampSchema } from './fields.ts';

export const ANALYTICS_GROUPS = [
  'total',
  'run',
  'agent',
  'worker_type',
  'epic',
  'project',
  'day',
] as const;

/**
 * Which runs are summed up, and by what.
 *
 * A run belongs to the time at which it ended, and one that still runs to the present. Days are those of UTC.
 */
export const AnalyticsQuerySchema = v.strictObject({
  groupBy: v.picklist(ANALYTICS_GROUPS),
  /** The first moment of the period. */
  from: v.optional(TimestampSchema),
  /** The first moment after the period. */
  to: v.optional(TimestampSchema),
  agentId: v.optional(IdSchema),
  projectId: v.optional(IdSchema),
  epicId: v.optional(IdSchema),
});
export type AnalyticsQuery = v.InferInput<typeof AnalyticsQuerySchema>;

const AmountSchema = v.pipe(v.number(), v.finite(), v.minValue(0));

const PriceSchema = v.strictObject({
  promptPerMillion: AmountSchema,
  completionPerMillion: AmountSchema,
});
export type Price = v.InferOutput<typeof PriceSchema>;

/** What a million tokens cost, by the type of the agent that uses them. */
export const PriceTableSchema = v.strictObject({
  /** Such as `USD`. */
  currency: v.pipe(LineSchema, v.maxLength(10)),
  /** For every type that has no price of its own; without it their tokens have no price. */
  default: v.optional(PriceSchema),
  byAgentType: v.optional(v.record(LineSchema, PriceSchema)),
});
export type PriceTable = v.InferInput<typeof PriceTableSchema>;

/** What runs took and how they went. Rates and scores are null where there is nothing to take them of. */
export const FiguresSchema = v.object({
  /** How many runs there were, by how they stand. */
  runs: v.object({
    all: CountSchema,
    running: CountSchema,
    completed: CountSchema,
    failed: CountSchema,
    cancelled: CountSchema,
  }),
  /** From start to end, or to now for a run that goes on, summed over the runs. */
  wallClockMs: CountSchema,
  /**
   * The part of the wall clock in which an agent waited for a person: the time of its interventions, each moment
   * counted once.
   */
  waitingMs: CountSchema,
  /** The rest of the wall clock. */
  activeMs: CountSchema,
  /** How often a person had to step in, rework included. */
  interventions: CountSchema,
  /** How often work was sent back. */
  reworks: CountSchema,
  /**
   * Of the runs whose work was judged, the share that was approved at once: completed without a rework, of those
   * that were completed or sent back at least once. From 0 to 1.
   */
  firstPassApprovalRate: v.nullable(v.number()),
  /**
   * How well agents get on without people, from 0 to 1: the share of active time divided by one more than the number
   * of interventions, as the mean over the runs that were completed or failed.
   */
  autonomyScore: v.nullable(v.number()),
  promptTokens: CountSchema,
  completionTokens: CountSchema,
  /** What the tokens cost by the price table; an estimate. Null when one of the runs used tokens without a price. */
  estimatedCost: v.nullable(v.object({ amount: v.number(), currency: v.string() })),
  /** How many different tickets were completed. */
  ticketsCompleted: CountSchema,
  /**
   * Tickets completed in a day, on average over the period that was asked for: from its start, or the start of the
   * first run, to its end, or now; never less than one day.
   */
  velocityPerDay: v.number(),
});
export type Figures = v.InferOutput<typeof FiguresSchema>;

/** The figures of one group. */
export const FigureGroupSchema = v.object({
  /** The id of the run, agent, epic or project, the worker type or the day; null for what belongs to none. */
  key: v.nullable(v.string()),
  /** What a person calls it. */
  name: v.string(),
  figures: FiguresSchema,
});
export type FigureGroup = v.InferOutput<typeof FigureGroupSchema>;
