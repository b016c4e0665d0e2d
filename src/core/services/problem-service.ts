import type { Problem } from '../../shared/entities/problem.ts';
import type { ProblemPage } from '../repositories/repository.ts';
import type { ServiceContext } from './context.ts';

/** So many rows are looked at before others get their turn. */
const PART_LENGTH = 20_000;

/** Nobody reads on after so many. */
const MAX_PROBLEMS = 1_000;

type Searchable = { findProblems(afterRowid: number, length: number): ProblemPage };

/** Finds rows that another program left in a state in which they cannot be read. */
export class ProblemService {
  readonly #context: ServiceContext;

  constructor(context: ServiceContext) {
    this.#context = context;
  }

  /**
   * Looks through every table for rows that cannot be read, as they are now.
   *
   * Such a row is left out of lists, stays as it is, and can be read again once its column has a proper value.
   * Large tables are read in parts, so that other calls do not wait.
   *
   * @returns One entry for each column that is wrong, the first thousand of them.
   */
  async list(): Promise<Problem[]> {
    const problems: Problem[] = [];
    for (const repository of Object.values<object>(this.#context.repositories)) {
      if (!isSearchable(repository)) continue;
      let next: number | null = 0;
      while (next !== null && problems.length < MAX_PROBLEMS) {
        const page = repository.findProblems(next, PART_LENGTH);
        problems.push(...page.problems);
        next = page.nextRowid;
        if (next !== null) await nextTurn();
      }
    }
    return problems.slice(0, MAX_PROBLEMS);
  }
}

function isSearchable(repository: object): repository is Searchable {
  return 'findProblems' in repository;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}
