import * as v from 'valibot';
import { IdSchema, SearchTextSchema, TimestampSchema, oneOrMany, pageEntries } from './fields.ts';
import { TicketStatusSchema } from './ticket.ts';

export const SEARCH_KINDS = ['ticket', 'comment', 'chat', 'log', 'artifact'] as const;

export const SearchKindSchema = v.picklist(SEARCH_KINDS);
export type SearchKind = v.InferOutput<typeof SearchKindSchema>;

/**
 * What to look for, and where.
 *
 * Every word of the text must occur; words in double quotes must follow each other. The last word also finds
 * words that start with it, unless a space or a quote ends it. Case and accents do not matter, nothing else in
 * the text has a meaning of its own.
 */
export const SearchQuerySchema = v.strictObject({
  text: SearchTextSchema,
  /** All kinds, if left out. */
  kind: v.optional(oneOrMany(SearchKindSchema)),
  /** Only what belongs to a project; journeys and their artifacts belong to none. */
  projectId: v.optional(IdSchema),
  /** Only tickets in these columns, and the comments and logs about them. */
  status: v.optional(oneOrMany(TicketStatusSchema)),
  /** Whether archived tickets are found too, with the comments and logs about them. */
  includeArchived: v.optional(v.boolean()),
  limit: v.optional(v.pipe(pageEntries.limit.wrapped, v.maxValue(200))),
});
export type SearchQuery = v.InferInput<typeof SearchQuerySchema>;

/** A piece of text and whether it is one of the words that were looked for. */
export const SnippetPartSchema = v.object({ text: v.string(), isMatch: v.boolean() });
export type SnippetPart = v.InferOutput<typeof SnippetPartSchema>;

/** Something that a search found. */
export const SearchHitSchema = v.object({
  kind: SearchKindSchema,
  id: IdSchema,
  /** The title of the ticket or artifact, of a comment's ticket, or the name of the agent that it is from. */
  title: v.string(),
  /** The part of the text that answers best, in order; hostile until escaped. */
  snippet: v.array(SnippetPartSchema),
  /** How well it answers; higher is better, and only the order says something. */
  score: v.number(),
  at: TimestampSchema,
  ticketId: v.exactOptional(IdSchema),
  agentId: v.exactOptional(IdSchema),
  /** The journey of an artifact. */
  journeyId: v.exactOptional(IdSchema),
  /** Whether the ticket it is, or is about, is archived. */
  isArchived: v.boolean(),
});
export type SearchHit = v.InferOutput<typeof SearchHitSchema>;
