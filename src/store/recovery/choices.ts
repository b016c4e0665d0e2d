import type { RecoveryOption } from '../../shared/entities/recovery.ts';
import type { StoredDatabase } from '../stored-database.ts';
import { attempt, isComplete, type Attempt } from './attempt.ts';
import {
  listBackupPlaces,
  openCandidate,
  readCandidate,
  type Candidate,
  type Opened,
  type Place,
} from './candidates.ts';
import { describe, EMPTY_OPTION, rank } from './options.ts';
import type { RecoveryOptions } from './recovered.ts';
import { RecoveryNeeded } from './recovery-needed.ts';
import type { RedoLog } from './redo-log.ts';

/** Opening more backups to tell a person what they hold would take long, and the older ones keep less. */
const OFFERED_BACKUPS = 8;

/** What the image of `previous.db` says. */
type Previous = Pick<StoredDatabase, 'uuid' | 'seq' | 'schemaVersion'> & {
  readonly schema: string;
};

/** Everything in a home that a database can be made of, beside sweatshop.db itself. */
export class Choices<D extends StoredDatabase> {
  readonly #options: RecoveryOptions<D>;
  readonly #log: RedoLog;
  #places: readonly Place[] | null = null;
  #previous: Previous | null | undefined;

  constructor(options: RecoveryOptions<D>, log: RedoLog) {
    this.#options = options;
    this.#log = log;
  }

  /** Where copies of the database lie, the best to begin with first; none has been read for that. */
  get places(): readonly Place[] {
    const { fileSystem, home } = this.#options;
    return (this.#places ??= listBackupPlaces(fileSystem, home));
  }

  /** Gives `previous.db` as its image says it is; null when there is none, or it is damaged. */
  previous(): Previous | null {
    if (this.#previous !== undefined) return this.#previous;
    this.#previous = null;
    const place = this.places.find(({ id }) => id === 'previous');
    const opened = place && this.#open(place);
    if (opened?.database) {
      const { uuid, seq, schemaVersion } = opened.database;
      this.#previous = { uuid, seq, schemaVersion, schema: opened.database.schema() };
      opened.database.close();
    }
    return this.#previous;
  }

  /** Tells whether an image is known to be a state that came before one that was saved. */
  isOlder({ database, imageSeq, replay }: Attempt<D>): boolean {
    const previous = this.previous();
    const isBeforePrevious = previous?.uuid === database.uuid && previous.seq > imageSeq;
    const published = replay?.reading.published ?? [];
    return isBeforePrevious || published.some((mark) => mark.imageSeq > imageSeq);
  }

  /** Tells whether another program changed more than rows, as far as there is a sound copy to compare with. */
  isRestructured({ database, isEdited }: Attempt<D>): boolean {
    const previous = isEdited ? this.previous() : null;
    return (
      previous?.uuid === database.uuid &&
      previous.schemaVersion === database.schemaVersion &&
      previous.schema !== database.schema()
    );
  }

  /**
   * Makes the database anew from an image that is byte for byte what was saved once, and the log.
   *
   * @param atLeast The identity and the number that it must have; null where neither is known.
   * @returns Null when nothing leads to the end of the log.
   */
  rebuild(
    atLeast: { readonly uuid: string | null; readonly seq: number } | null,
  ): Attempt<D> | null {
    const atWork = this.#log.databasesAtWork();
    for (const place of this.places) {
      const size = this.#options.fileSystem.stat(place.path)?.size;
      if (size === undefined || !this.#log.namesImageOf(size)) continue;
      const opened = this.#open(place);
      if (!opened || opened.problem !== null) continue;
      const tried = attempt(this.#log, opened);
      const { uuid, seq } = tried.database;
      const isOnlyOne = atWork.every((each) => each === null || each === uuid);
      const isEnough = !atLeast || (atLeast.uuid === uuid && atLeast.seq <= seq);
      if (tried.intentSegment !== null && isComplete(tried) && isOnlyOne && isEnough) return tried;
      tried.database.close();
    }
    return null;
  }

  /**
   * Makes the error that asks a person.
   *
   * @param file What is at the database's path; null when nothing is.
   */
  ask(problems: readonly string[], file: Candidate | null): RecoveryNeeded {
    const { options, unusable } = this.survey(file);
    return new RecoveryNeeded({
      problems: [...problems, ...unusable],
      options: options.length > 0 ? options : [{ ...EMPTY_OPTION, isRecommended: true }],
    });
  }

  /** Tells what each of the images would give, the best first; all are closed again. */
  survey(file: Candidate | null): { options: RecoveryOption[]; unusable: string[] } {
    const attempts: Attempt<D>[] = [];
    const unusable: string[] = [];
    const known = new Set<string>();
    try {
      for (const candidate of this.#offered(file)) {
        const checksum = Buffer.from(candidate.sha256).toString('hex');
        if (known.has(checksum)) continue;
        known.add(checksum);
        const opened = openCandidate(this.#options.engine, candidate);
        if (opened.problem === null) attempts.push(this.#try(opened));
        else if (candidate.id !== 'file') unusable.push(opened.problem);
        if (attempts.length > OFFERED_BACKUPS) break;
      }
      const isFileEdited = attempts.some(
        ({ candidate, isEdited }) => candidate.id === 'file' && isEdited,
      );
      const highestSeq = (uuid: string | null): number => this.#highestSeq(uuid, attempts);
      const ranked = attempts.map((tried) =>
        describe(tried, {
          ...{ highestSeq, isFileEdited },
          isRestructured: this.isRestructured(tried),
        }),
      );
      return { options: rank(ranked), unusable };
    } finally {
      for (const { database } of attempts) database.close();
    }
  }

  /** Makes the database that an option stands for; null when it cannot be made any more. */
  take(optionId: string, file: Candidate | null): Attempt<D> | null {
    const place = this.places.find(({ id }) => id === optionId);
    const candidate = optionId === 'file' ? file : place && this.#read(place);
    const opened = candidate && openCandidate(this.#options.engine, candidate);
    return opened && opened.problem === null ? this.#try(opened) : null;
  }

  /** What another program wrote is taken as it is, unless everything that came later fits it. */
  #try(opened: Extract<Opened<D>, { problem: null }>): Attempt<D> {
    const tried = attempt(this.#log, opened);
    if (!tried.isEdited || tried.intentSegment !== null || isComplete(tried)) return tried;
    tried.database.close();
    const again = openCandidate(this.#options.engine, opened.candidate);
    return again.problem === null ? attempt(this.#log, again, true) : tried;
  }

  *#offered(file: Candidate | null): Generator<Candidate> {
    if (file) yield file;
    for (const place of this.places) {
      const candidate = this.#read(place);
      if (candidate) yield candidate;
    }
  }

  #open(place: Place): Opened<D> | null {
    const candidate = this.#read(place);
    return candidate && openCandidate(this.#options.engine, candidate);
  }

  #read(place: Place): Candidate | null {
    return readCandidate(this.#options.fileSystem, place);
  }

  #highestSeq(uuid: string | null, attempts: readonly Attempt<D>[]): number {
    const logged = uuid === null ? 0 : this.#log.claimsOf(uuid).highestSeq;
    const same = attempts.filter(({ database }) => database.uuid === uuid);
    return Math.max(logged, ...same.map(({ database }) => database.seq));
  }
}
