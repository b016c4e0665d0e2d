import * as v from 'valibot';

/** `withHistory` agrees that runs, prompts and chat that belong to the row go with it. */
export const DeleteOptionsSchema = v.strictObject({ withHistory: v.optional(v.boolean()) });
export type DeleteOptions = v.InferInput<typeof DeleteOptionsSchema>;
