import * as v from 'valibot';
import {
  PriceTableSchema,
  type AnalyticsQuery,
  type FigureGroup,
  type PriceTable,
} from '../../shared/entities/analytics.ts';
import type { Agent } from '../../shared/types.ts';
import { timestampOf } from '../ports/clock.ts';
import { DAY_MS, sumUp, type MeasuredRun } from './analytics-figures.ts';
import type { ServiceContext } from './context.ts';

const CONFIG_KEY = 'analytics.prices';

type PlacedRun = MeasuredRun & {
  readonly agent: Agent | undefined;
  readonly epicId: string | null;
  readonly projectId: string | null;
};

/** Measures what agents do and what it takes. */
export class AnalyticsService {
  readonly #context: ServiceContext;

  constructor(context: ServiceContext) {
    this.#context = context;
  }

  /** Gives the price table, or null when there is none that can be read. */
  prices(): PriceTable | null {
    const value = this.#context.repositories.config.get(CONFIG_KEY)?.value;
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), PriceTableSchema), value);
    return parsed.success ? parsed.output : null;
  }

  setPrices(prices: PriceTable): PriceTable {
    this.#context.repositories.config.upsert({
      key: CONFIG_KEY,
      value: JSON.stringify(prices),
      updatedAt: timestampOf(this.#context.clock),
    });
    return prices;
  }

  /** Sums runs up; groups stand by name, days by date, and a group without runs is left out except the total. */
  report(query: AnalyticsQuery): FigureGroup[] {
    const { groupBy } = query;
    const nowMs = this.#context.clock.nowMs();
    const prices = this.prices();
    const runs = this.#runs(query);
    const periodMs = groupBy === 'day' ? DAY_MS : this.#periodMs(query, runs, nowMs);
    const groups = Map.groupBy(runs, (run) => this.#keyOf(groupBy, run, nowMs));
    if (groupBy === 'total' && runs.length === 0) groups.set(null, []);
    return Array.from(groups, ([key, members]) => ({
      key,
      name: this.#nameOf(groupBy, key, members),
      figures: sumUp(members, prices, nowMs, periodMs),
    })).sort((one, other) => one.name.localeCompare(other.name, 'en', { numeric: true }));
  }

  #runs({ from, to, agentId, projectId, epicId }: AnalyticsQuery): PlacedRun[] {
    const { runs, tickets, agents } = this.#context.repositories;
    const found = runs.listByEnd({ from, to, now: timestampOf(this.#context.clock), agentId });
    const agentsById = new Map(agents.list().map((agent) => [agent.id, agent]));
    const placeOf = tickets.placesOf([...new Set(found.map(({ ticketId }) => ticketId))]);
    return found.flatMap((run) => {
      const place = placeOf.get(run.ticketId) ?? { epicId: null, projectId: null };
      if (projectId !== undefined && place.projectId !== projectId) return [];
      if (epicId !== undefined && place.epicId !== epicId) return [];
      const agent = agentsById.get(run.agentId);
      return [{ run, agent, agentType: agent?.agentType ?? '', ...place }];
    });
  }

  #periodMs(query: AnalyticsQuery, runs: readonly PlacedRun[], nowMs: number): number {
    const starts = runs.map(({ run }) => Date.parse(run.startedAt)).filter(Number.isFinite);
    const firstMs = starts.reduce((first, ms) => Math.min(first, ms), nowMs);
    const startMs = query.from === undefined ? firstMs : Date.parse(query.from);
    const endMs = query.to === undefined ? nowMs : Math.min(nowMs, Date.parse(query.to));
    return Math.max(DAY_MS, endMs - startMs);
  }

  #keyOf(groupBy: AnalyticsQuery['groupBy'], placed: PlacedRun, nowMs: number): string | null {
    const { run, agent } = placed;
    switch (groupBy) {
      case 'total':
        return null;
      case 'run':
        return run.id;
      case 'agent':
        return run.agentId;
      case 'worker_type':
        return agent?.agentType ?? null;
      case 'epic':
        return placed.epicId;
      case 'project':
        return placed.projectId;
      case 'day':
        return (run.completedAt ?? new Date(nowMs).toISOString()).slice(0, 10);
    }
  }

  #nameOf(
    groupBy: AnalyticsQuery['groupBy'],
    key: string | null,
    [first]: readonly PlacedRun[],
  ): string {
    const { epics, projects, tickets } = this.#context.repositories;
    if (key === null) return groupBy === 'total' ? 'Total' : 'None';
    switch (groupBy) {
      case 'run':
        return tickets.query({ where: [['id', '=', first?.run.ticketId ?? '']] })[0]?.title ?? key;
      case 'agent':
        return first?.agent?.name ?? key;
      case 'epic':
        return epics.query({ where: [['id', '=', key]] })[0]?.title ?? key;
      case 'project':
        return projects.query({ where: [['id', '=', key]] })[0]?.repositoryName ?? key;
      case 'total':
      case 'worker_type':
      case 'day':
        return key;
    }
  }
}
