import * as v from 'valibot';

/** A column of a row that cannot be read, as another program left it; lists leave the row out. */
export const ProblemSchema = v.object({
  table: v.string(),
  id: v.string(),
  column: v.string(),
  /** What is wrong, to stand behind the name of the column. */
  why: v.string(),
});
export type Problem = v.InferOutput<typeof ProblemSchema>;
