import * as v from 'valibot';
import { channel } from './define.ts';

export const AppInfoSchema = v.object({
  version: v.string(),
  sqliteVersion: v.string(),
  host: v.picklist(['electron', 'browser', 'cli']),
});
export type AppInfo = v.InferOutput<typeof AppInfoSchema>;

export const app = {
  info: channel(
    'app:info',
    'Tells which SweatShop this is and what it runs on.',
    [],
    AppInfoSchema,
  ),
};
