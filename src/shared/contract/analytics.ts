import * as v from 'valibot';
import {
  AnalyticsQuerySchema,
  FigureGroupSchema,
  PriceTableSchema,
} from '../entities/analytics.ts';
import { arg, channel } from './define.ts';

export const analytics = {
  report: channel(
    'analytics:report',
    'Sums runs up: in total, or by run, agent, worker type, epic, project or day.',
    [arg('query', AnalyticsQuerySchema)],
    v.array(FigureGroupSchema),
  ),
  prices: channel(
    'analytics:prices',
    'Gives the price table by which costs are estimated, or null when there is none.',
    [],
    v.nullable(PriceTableSchema),
  ),
  setPrices: channel(
    'analytics:set-prices',
    'Sets the price table by which costs are estimated.',
    [arg('prices', PriceTableSchema)],
    PriceTableSchema,
  ),
};
