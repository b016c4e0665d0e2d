import { isGithubIssue } from '../../core/importers/github/github-issue.ts';
import { readGithubIssues } from '../../core/importers/github/github-issues.ts';
import { glimpseJson, readJsonRecords } from './json-records.ts';
import { peekText } from './peek-text.ts';
import { readTextFile } from './read-text.ts';
import type { SourceReader } from './source-reader.ts';

/** Reads issues as `gh issue list --json …` and the REST interface of GitHub give them. */
export const githubSource: SourceReader = {
  name: 'github',
  summary: 'issues of GitHub as JSON',

  async recognises(candidate) {
    const { outer, inner } = glimpseJson(await peekText(candidate));
    return !outer.has('format') && isGithubIssue(inner);
  },

  async read(candidate, { onProgress }) {
    const text = await readTextFile(candidate.path);
    const records = readJsonRecords(text, candidate.path);
    const parsed = readGithubIssues(records, candidate.path);
    onProgress(records.length, records.length);
    return parsed;
  },
};
