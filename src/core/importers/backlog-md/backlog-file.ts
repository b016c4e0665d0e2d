/** One Markdown file of a Backlog.md folder. */
export type BacklogFile = {
  /** Its path inside the backlog folder with forward slashes, such as `tasks/back-7 - Title.md`. */
  readonly path: string;
  /** Tasks in `completed/` are done, whatever their status says. */
  readonly folder: 'tasks' | 'completed';
  readonly text: string;
};
