import type {
  Artifact,
  ArtifactInput,
  ArtifactPatch,
  ArtifactSearchOptions,
} from '../../shared/types.ts';
import type { ParsedArtifactFilter } from '../repositories/artifact-repository.ts';
import { stampedNow, type ServiceContext } from './context.ts';
import type { SearchService } from './search-service.ts';

/** What the stages of journeys brought forth. */
export class ArtifactService {
  readonly #context: ServiceContext;
  readonly #search: SearchService;

  constructor(context: ServiceContext, search: SearchService) {
    this.#context = context;
    this.#search = search;
  }

  list(filter?: ParsedArtifactFilter): Artifact[] {
    return this.#artifacts.list(filter);
  }

  count(filter?: ParsedArtifactFilter): number {
    return this.#artifacts.count(filter);
  }

  /** @throws SweatShopError NotFound when there is no such stage. */
  listByStage(stageId: string): Artifact[] {
    this.#context.repositories.journeyStages.getOrThrow(stageId);
    return this.#artifacts.listByStage(stageId);
  }

  /** Lists what answers a text best, the best first; what says nothing to look for finds nothing. */
  search(text: string, { limit }: ArtifactSearchOptions = {}): Artifact[] {
    const ids = this.#search.find({ text, kind: ['artifact'], limit }).map(({ id }) => id);
    const found = this.#artifacts.query({ where: [['id', 'in', ids]] });
    return found.sort((one, other) => ids.indexOf(one.id) - ids.indexOf(other.id));
  }

  get(id: string): Artifact | null {
    return this.#artifacts.get(id);
  }

  /** @throws SweatShopError NotFound when there is no such stage. */
  create({ metadata = {}, ...data }: ArtifactInput): Artifact {
    return this.#context.database.transaction(() => {
      this.#context.repositories.journeyStages.getOrThrow(data.stageId);
      const stamps = stampedNow('artifact', this.#context.clock);
      return this.#artifacts.create({ ...stamps, ...data, metadata });
    });
  }

  /** @throws SweatShopError NotFound. */
  update(id: string, patch: ArtifactPatch): Artifact {
    return this.#context.database.transaction(() => this.#artifacts.update(id, patch));
  }

  /** @throws SweatShopError NotFound. */
  delete(id: string): void {
    this.#artifacts.delete(id);
  }

  get #artifacts() {
    return this.#context.repositories.artifacts;
  }
}
