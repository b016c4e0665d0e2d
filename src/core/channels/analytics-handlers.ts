import type { AnalyticsService } from '../services/analytics-service.ts';
import type { HandlersOf } from './handlers.ts';

export function analyticsHandlers(analytics: AnalyticsService): HandlersOf<'analytics'> {
  return {
    report: (query) => analytics.report(query),
    prices: () => analytics.prices(),
    setPrices: (prices) => analytics.setPrices(prices),
  };
}
