import type { StoredDatabase } from '../stored-database.ts';
import { failureOf, isOrdinary, type Attempt } from './attempt.ts';
import { count } from './options.ts';

/** How a person gets back to an older state, other than by putting a file in place. */
export const GO_BACK =
  'To go back to an older state, restore a backup on the page Database or with `sweatshop db restore`.';

/** Says what is wrong with a file that no legible intent names and that no other program has written into. */
export function problemOfFile(tried: Attempt<StoredDatabase>, isOlder: boolean): string {
  const { path } = tried.candidate;
  if (isOlder) return problemOfOlder(tried);
  if (isLogDamaged(tried)) {
    // Which of the two is to blame cannot be told, and blaming the file alone would send people after the wrong one.
    return `${problemOfLog(tried)} What is legible of it does not vouch for ${path}, which may be damaged too.`;
  }
  return `${path} is not as it was saved: its checksum is another.`;
}

/** Says why what another program wrote into the file is not taken over without asking. */
export function problemOfEdit(
  tried: Attempt<StoredDatabase>,
  { isOlder, isRestructured }: { readonly isOlder: boolean; readonly isRestructured: boolean },
): string {
  const { path } = tried.candidate;
  const lost = `${count(tried.missing, 'later change')} made in SweatShop cannot be put on top of that.`;
  if (isRestructured) {
    return (
      `Another program changed the structure of ${path}, not only its rows: its tables, columns, indexes or ` +
      `triggers are not those that SweatShop made.${tried.missing > 0 ? ` ${lost}` : ''}`
    );
  }
  if (isOlder) return problemOfOlder(tried);
  if (isLogDamaged(tried)) return `Another program changed ${path}. ${problemOfLog(tried)}`;
  return `Another program changed ${path}, and ${lost}`;
}

/** Says why the log does not lead from the file to the last change. */
export function problemOfLog(tried: Attempt<StoredDatabase>): string {
  const failure = failureOf(tried);
  if (failure) {
    return `The redo log does not fit ${tried.candidate.path} from change ${String(tried.database.seq + 1)} on: ${failure.message}`;
  }
  const end = tried.replay?.reading.end;
  const where = end && 'path' in end ? ` at ${end.path}` : '';
  const loss =
    tried.missing > 0 ? `, and ${count(tried.missing, 'later change')} cannot be read` : '';
  return `The redo log is damaged${where}${loss}.`;
}

function problemOfOlder({ candidate, imageSeq }: Attempt<StoredDatabase>): string {
  return (
    `${candidate.path} is an older copy: it ends with change ${String(imageSeq)}, ` +
    `and SweatShop has saved later ones. ${GO_BACK}`
  );
}

function isLogDamaged({ replay }: Attempt<StoredDatabase>): boolean {
  return replay !== null && !isOrdinary(replay.reading.end);
}
