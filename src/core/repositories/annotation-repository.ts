import { AnnotationSchema, type Annotation } from '../../shared/types.ts';
import type { Database } from '../database/database.ts';
import { Repository } from './repository.ts';
import { Table } from './table.ts';

const table = new Table<Annotation>('annotations', AnnotationSchema);

/** Keeps the files that are open for remarks. */
export class AnnotationRepository extends Repository<Annotation> {
  constructor(database: Database) {
    super(database, table, 'annotation');
  }

  /** Lists all annotations, the oldest first. */
  list(): Annotation[] {
    return this.query({ orderBy: [['createdAt', 'asc']] });
  }

  /** Lists the annotations of an agent or a terminal, the oldest first. */
  listByParent(
    parent: { readonly agentId: string } | { readonly terminalId: string },
  ): Annotation[] {
    return this.select({ where: this.whereAll(parent), orderBy: 'created_at, id' });
  }
}
