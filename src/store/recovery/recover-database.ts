import path from 'node:path';
import { notFound } from '../../shared/errors.ts';
import { toDiskError } from '../disk-error.ts';
import { Quarantine } from '../quarantine.ts';
import type { StoredDatabase } from '../stored-database.ts';
import { attempt, isComplete, isOrdinary, type Attempt } from './attempt.ts';
import { openCandidate, readCandidate, type Candidate } from './candidates.ts';
import { Choices } from './choices.ts';
import { keepAll, keepLogRemains, moveStrangers } from './log-remains.ts';
import { count, EMPTY_OPTION } from './options.ts';
import { GO_BACK, problemOfEdit, problemOfFile, problemOfLog } from './problems.ts';
import type { Recovered, RecoveryOptions } from './recovered.ts';
import { RecoveryNeeded } from './recovery-needed.ts';
import { RedoLog } from './redo-log.ts';
import { findSidecars, sidecarConflict } from './sidecars.ts';

export type { Recovered, RecoveryOptions } from './recovered.ts';
export { RecoveryNeeded } from './recovery-needed.ts';

/**
 * Makes the database of what a home holds. Where nothing that was answered is lost it decides by itself, and keeps
 * whatever it goes past in the folder quarantine. Otherwise a person decides, before anything has been touched.
 *
 * @throws RecoveryNeeded when a person has to decide; NotFound for a decision that is not among the options; Conflict
 *   when something that is no file is in the place of the database, or another program's `-wal` or `-journal` lies
 *   beside it, with the option `aside` in `details.report`; DatabaseTooNew when a newer SweatShop wrote a file; Busy
 *   when another program is writing one; ReadOnly, StorageFull, Unavailable.
 */
export async function recoverDatabase<D extends StoredDatabase>(
  options: RecoveryOptions<D>,
): Promise<Recovered<D>> {
  try {
    return await new Recovery(options).run();
  } catch (error) {
    throw toDiskError(error, 'read', options.home);
  }
}

/** How an attempt becomes the database. */
type Course = {
  readonly notices: readonly string[];
  /** Whether the log does not lead to the state, which then gets a number of its own. */
  readonly isUnlogged?: boolean;
  readonly mustPublish?: boolean;
  readonly mustKeepFile?: boolean;
};

class Recovery<D extends StoredDatabase> {
  readonly #options: RecoveryOptions<D>;
  readonly #log: RedoLog;
  readonly #quarantine: Quarantine;
  readonly #choices: Choices<D>;
  /** What lies at the database's path; null when nothing does. */
  #file: Candidate | null = null;

  constructor(options: RecoveryOptions<D>) {
    const { fileSystem, clock, home } = options;
    this.#options = options;
    this.#log = new RedoLog(fileSystem, path.join(home, 'journal'));
    this.#quarantine = new Quarantine(fileSystem, clock, home);
    this.#choices = new Choices(options, this.#log);
  }

  async run(): Promise<Recovered<D>> {
    const { fileSystem, file, decision } = this.#options;
    this.#file = readCandidate(fileSystem, {
      id: 'file',
      title: 'the file sweatshop.db as it is',
      path: file,
    });
    await this.#passSidecars();
    try {
      return await this.#decide();
    } catch (error) {
      if (decision === null || decision === 'aside') throw error;
      if (!(error instanceof RecoveryNeeded)) throw error;
      const option = error.report.options.find(({ id }) => id === decision);
      if (!option) throw notFound('option', decision);
      return decision === EMPTY_OPTION.id ? this.#startEmpty() : this.#follow(decision);
    }
  }

  async #passSidecars(): Promise<void> {
    const { fileSystem, file, decision } = this.#options;
    const sidecars = findSidecars(fileSystem, file);
    if (sidecars.length === 0) return;
    const [best] = this.#choices.survey(null).options;
    if (decision !== 'aside' || !best) throw sidecarConflict(file, sidecars, best ?? null);
    // The database first: without them it would open, and lack what they hold.
    if (this.#file) await this.#quarantine.move(file);
    for (const sidecar of sidecars) await this.#quarantine.move(sidecar);
    this.#file = null;
  }

  async #decide(): Promise<Recovered<D>> {
    const { engine, file } = this.#options;
    if (!this.#file) return this.#withoutFile(`${file} is missing.`);
    const opened = openCandidate(engine, this.#file);
    if (opened.problem !== null) return this.#withoutFile(opened.problem);
    const tried = attempt(this.#log, opened);
    try {
      return await this.#withFile(tried);
    } catch (error) {
      tried.database.close();
      throw error;
    }
  }

  async #withFile(tried: Attempt<D>): Promise<Recovered<D>> {
    const { uuid } = tried.database;
    if (tried.intentSegment !== null) {
      if (isComplete(tried)) return this.#open(tried, this.#courseOfSaved(tried));
      return this.#rebuild(tried, problemOfLog(tried));
    }
    const stranger = this.#strangerTo(uuid);
    if (stranger !== null) throw this.#ask(stranger);
    if (uuid === null || !this.#log.databasesAtWork().includes(uuid)) return this.#adopt(tried);
    const { path: file } = tried.candidate;
    const isOlder = this.#choices.isOlder(tried);
    if (!tried.isEdited) return this.#rebuild(tried, problemOfFile(tried, isOlder));
    const isRestructured = this.#choices.isRestructured(tried);
    if (isRestructured || !isComplete(tried)) {
      throw this.#ask(problemOfEdit(tried, { isOlder, isRestructured }));
    }
    const notice = `Another program changed ${file} while SweatShop was closed. Its changes are taken over.`;
    return this.#open(tried, { notices: [notice], isUnlogged: true, mustKeepFile: true });
  }

  /** Tells why a file that no log names cannot be taken for the database of this home; null when it can. */
  #strangerTo(uuid: string | null): string | null {
    const { file } = this.#options;
    const atWork = this.#log.databasesAtWork();
    const hasOwnLog = uuid !== null && atWork.includes(uuid);
    if (atWork.some((each) => each !== null && each !== uuid)) {
      return `${file} is not the database that the redo log in ${this.#log.folder} belongs to.`;
    }
    if (atWork.includes(null) && !hasOwnLog) {
      return `A part of the redo log in ${this.#log.folder} is unreadable, and may belong to ${file}.`;
    }
    const previous = this.#choices.previous();
    if (previous?.uuid && previous.uuid !== uuid) {
      return `${file} is not the database that SweatShop saved here before.`;
    }
    return null;
  }

  async #adopt(tried: Attempt<D>): Promise<Recovered<D>> {
    const { uuid } = tried.database;
    const { path: file } = tried.candidate;
    if (uuid !== null && this.#choices.isOlder(tried)) {
      throw this.#ask(problemOfFile(tried, true));
    }
    const notices =
      uuid === null
        ? []
        : [
            `There was no redo log for ${file}. It is taken as it is: changes that were not saved to it yet are not in it.`,
          ];
    return this.#open(tried, { notices, mustPublish: true });
  }

  /** Goes on without the file, which is missing or cannot be opened. */
  async #withoutFile(problem: string): Promise<Recovered<D>> {
    const isFresh =
      !this.#file && this.#choices.places.length === 0 && this.#log.databasesAtWork().length === 0;
    if (isFresh) return this.#openEmpty([]);
    return this.#rebuild(null, problem);
  }

  async #rebuild(file: Attempt<D> | null, problem: string): Promise<Recovered<D>> {
    const rebuilt = this.#choices.rebuild(file && file.database);
    if (!rebuilt) throw this.#ask(problem);
    try {
      const kept = this.#file && (await this.#quarantine.keep(this.#file.path));
      const applied = count(rebuilt.replay?.applied ?? 0, 'change');
      const notices = [
        `${problem} Nothing is lost: the database was made again from ${rebuilt.candidate.path} and ${applied} in the redo log.`,
        ...(kept === null ? [] : [`The file as it was found is kept as ${kept}.`]),
      ];
      const recovered = await this.#open(rebuilt, { notices, mustPublish: true });
      file?.database.close();
      return recovered;
    } catch (error) {
      rebuilt.database.close();
      throw error;
    }
  }

  /** Does what a person decided. */
  async #follow(optionId: string): Promise<Recovered<D>> {
    const tried = this.#choices.take(optionId, this.#file);
    if (!tried) throw notFound('option', optionId);
    try {
      const { uuid } = tried.database;
      const previous = this.#choices.places.find(({ id }) => id === 'previous');
      const aside = [
        ...(this.#file ? [this.#file.path] : []),
        ...(previous && optionId !== 'previous' ? [previous.path] : []),
        ...(this.#log.segments.get(uuid ?? '') ?? []),
        ...(this.#log.segments.get(null) ?? []),
      ];
      const kept = await keepAll(this.#quarantine, aside);
      if (uuid === null) await moveStrangers(this.#quarantine, this.#segmentsBut(null));
      const notices = [`SweatShop went on with ${tried.candidate.path}, as was decided.`];
      if (aside.length > 0) notices.push(`What was there is kept in ${kept}.`);
      return await this.#open(tried, { notices, isUnlogged: true });
    } catch (error) {
      tried.database.close();
      throw error;
    }
  }

  async #startEmpty(): Promise<Recovered<D>> {
    const kept: string[] = [];
    // The file stays until another takes its place, so that whatever happens on the way, the question is asked again.
    if (this.#file) kept.push(await this.#quarantine.keep(this.#file.path));
    const previous = this.#choices.places.find(({ id }) => id === 'previous');
    if (previous) kept.push(await this.#quarantine.move(previous.path));
    for (const segment of [...this.#log.segments.values()].flat()) {
      kept.push(await this.#quarantine.move(segment));
    }
    const where =
      kept[0] === undefined ? '' : ` What was there is kept in ${path.dirname(kept[0])}.`;
    return this.#openEmpty([`SweatShop started empty, as was decided.${where}`]);
  }

  async #openEmpty(notices: readonly string[]): Promise<Recovered<D>> {
    // A crash in the very first save leaves a log that nothing was ever answered from.
    await moveStrangers(this.#quarantine, this.#segmentsBut(null));
    return {
      database: this.#options.engine.open(null, { willGrow: true }),
      base: this.#base(null),
      journalAfter: { lastSeq: 0, lastCrc: 0, highestNumber: this.#log.highestNumber },
      mustPublish: true,
      isReplayed: false,
      mustKeepFile: false,
      notices,
    };
  }

  async #open(tried: Attempt<D>, course: Course): Promise<Recovered<D>> {
    const { database, replay } = tried;
    const { fileSystem } = this.#options;
    const reading = replay?.reading ?? null;
    const segments = this.#log.segments;
    const own = segments.get(database.uuid ?? '') ?? [];
    const remains = reading
      ? await keepLogRemains(fileSystem, this.#quarantine, reading, own)
      : await moveStrangers(this.#quarantine, this.#segmentsBut(null));
    // Behind a break the log goes on with a number above all in it, so that none of it is ever taken for a sequel.
    const isUnlogged = course.isUnlogged === true || (reading !== null && !isOrdinary(reading.end));
    if (isUnlogged && database.uuid !== null) {
      const highestSeq = Math.max(database.seq, this.#log.claimsOf(database.uuid).reservedSeq);
      database.rebase({ uuid: database.uuid, seq: highestSeq + 1 });
    }
    return {
      database,
      base: this.#base(tried),
      journalAfter: {
        lastSeq: database.seq,
        lastCrc: reading?.lastCrc ?? 0,
        highestNumber: reading?.highestNumber ?? this.#log.highestNumber,
      },
      mustPublish: isUnlogged || course.mustPublish === true,
      isReplayed: replay !== null && replay.applied > 0,
      mustKeepFile: course.mustKeepFile === true,
      notices: [...course.notices, ...remains],
    };
  }

  /** A file that is exactly what was saved once; a later save means that somebody brought an older one back. */
  #courseOfSaved({ imageSeq, replay, candidate }: Attempt<D>): Course {
    const isOlder = replay?.reading.published.some((mark) => mark.imageSeq > imageSeq) === true;
    if (!isOlder) return { notices: [] };
    const notice =
      `An older copy had taken the place of ${candidate.path}. Nothing is lost: the redo log holds what it lacks. ` +
      `${GO_BACK} Keep the folder of SweatShop out of programs that synchronise folders.`;
    return { notices: [notice], mustKeepFile: true };
  }

  #base(tried: Attempt<D> | null): Recovered<D>['base'] {
    if (!this.#file) return null;
    const { sha256, stat } = this.#file;
    const isUsed = tried?.candidate.id === 'file';
    const seq = isUsed ? tried.imageSeq : 0;
    return { seq, sha256, stat, intentSegment: isUsed ? tried.intentSegment : null };
  }

  #segmentsBut(uuid: string | null): string[] {
    return [...this.#log.segments].filter(([each]) => each !== uuid).flatMap(([, paths]) => paths);
  }

  #ask(problem: string): RecoveryNeeded {
    return this.#choices.ask([problem], this.#file);
  }
}
