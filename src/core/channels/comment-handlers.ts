import type { CommentService } from '../services/comment-service.ts';
import type { HandlersOf } from './handlers.ts';

export function commentHandlers(comments: CommentService): HandlersOf<'comments'> {
  return {
    list: (filter) => comments.list(filter),
    get: (id) => comments.get(id),
    create: (data) => comments.create(data),
    update: (id, patch) => comments.update(id, patch),
    delete: (id) => {
      comments.delete(id);
    },
  };
}
