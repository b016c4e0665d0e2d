import * as v from 'valibot';
import { IdSchema, LineSchema, PidSchema, PortSchema, TimestampSchema } from './fields.ts';

export const FIRST_BASE_PORT = 4200;
export const LAST_BASE_PORT = 65_400;
export const PORT_BLOCK_SIZE = 100;

/** A folder named from the root of a disk; separators at its end do not count. */
export const FolderPathSchema = v.pipe(
  LineSchema,
  v.regex(/^(?:\/|[A-Za-z]:[\\/]|\\\\)/, 'must be an absolute path'),
  v.transform((path) => path.replace(/(?<=[^:\\/])[\\/]+$/, '')),
);

/** A block of ports that belongs to one project folder on this machine. */
export const PortAllocationSchema = v.object({
  id: IdSchema,
  projectPath: v.string(),
  projectId: v.exactOptional(IdSchema),
  /** The first of its {@link PORT_BLOCK_SIZE} ports. */
  basePort: PortSchema,
  /** The process that uses the block. */
  pid: v.exactOptional(PidSchema),
  registeredAt: TimestampSchema,
  lastUsedAt: TimestampSchema,
});
export type PortAllocation = v.InferOutput<typeof PortAllocationSchema>;

export const PortRequestSchema = v.strictObject({
  projectPath: FolderPathSchema,
  projectId: v.optional(IdSchema),
  pid: v.optional(PidSchema),
});
export type PortRequest = v.InferInput<typeof PortRequestSchema>;
