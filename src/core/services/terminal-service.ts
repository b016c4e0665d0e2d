import { invalidInput } from '../../shared/errors.ts';
import type {
  Annotation,
  AnnotationInput,
  Terminal,
  TerminalInput,
  TerminalPatch,
} from '../../shared/types.ts';
import { createdNow, defined, stampedNow, updatedNow, type ServiceContext } from './context.ts';

/** Terminals beside the agents, and files that are open for remarks. */
export class TerminalService {
  readonly #context: ServiceContext;

  constructor(context: ServiceContext) {
    this.#context = context;
  }

  list(): Terminal[] {
    return this.#terminals.list();
  }

  get(id: string): Terminal | null {
    return this.#terminals.get(id);
  }

  /** @throws SweatShopError NotFound when there is no such project; Conflict when the port is taken. */
  create(data: TerminalInput): Terminal {
    return this.#context.database.transaction(() => {
      this.#assertProject(data.projectId);
      return this.#terminals.create({
        ...createdNow('terminal', this.#context.clock),
        ...defined(data),
      });
    });
  }

  /** @throws SweatShopError NotFound when there is no such project; Conflict when the port is taken. */
  upsert(id: string, data: TerminalInput): Terminal {
    return this.#context.database.transaction(() => {
      this.#assertProject(data.projectId);
      const stamps = createdNow('terminal', this.#context.clock);
      const createdAt = this.#terminals.get(id)?.createdAt ?? stamps.createdAt;
      return this.#terminals.upsert({ ...stamps, ...defined(data), id, createdAt });
    });
  }

  /** @throws SweatShopError NotFound; Conflict when the port is taken. */
  update(id: string, patch: TerminalPatch): Terminal {
    return this.#context.database.transaction(() =>
      this.#terminals.update(id, { ...patch, ...updatedNow(this.#context.clock) }),
    );
  }

  /** @throws SweatShopError NotFound. */
  delete(id: string): void {
    this.#terminals.delete(id);
  }

  listAnnotations(): Annotation[] {
    return this.#annotations.list();
  }

  getAnnotation(id: string): Annotation | null {
    return this.#annotations.get(id);
  }

  /**
   * Notes a file that was opened for remarks.
   *
   * @throws SweatShopError NotFound when the agent or terminal does not exist; InvalidInput when it is not of the type
   *   that the annotation names; Conflict when the port is taken.
   */
  createAnnotation(data: AnnotationInput): Annotation {
    return this.#context.database.transaction(() => {
      this.#assertParent(data);
      return this.#annotations.create({
        ...stampedNow('annotation', this.#context.clock),
        ...defined(data),
      });
    });
  }

  /** @throws SweatShopError NotFound. */
  deleteAnnotation(id: string): void {
    this.#annotations.delete(id);
  }

  #assertProject(projectId: string | undefined): void {
    if (projectId !== undefined) this.#context.repositories.projects.getOrThrow(projectId);
  }

  #assertParent({ parentType, agentId, terminalId }: AnnotationInput): void {
    if (terminalId !== undefined) {
      this.#terminals.getOrThrow(terminalId);
      if (parentType !== 'terminal') throw wrongParent('terminalId', parentType);
    }
    if (agentId !== undefined) {
      const { agentType } = this.#context.repositories.agents.getOrThrow(agentId);
      const type = agentType === 'architect' ? 'architect' : 'builder';
      if (parentType !== type) throw wrongParent('agentId', parentType);
    }
  }

  get #terminals() {
    return this.#context.repositories.terminals;
  }

  get #annotations() {
    return this.#context.repositories.annotations;
  }
}

function wrongParent(path: string, parentType: string) {
  return invalidInput({ path, message: `does not fit the parent type ${parentType}` });
}
