import type * as v from 'valibot';
import type { Channel } from '../../shared/contract/define.ts';
import type { HandlerArgs, contract } from '../../shared/ipc-channels.ts';

type Contract = typeof contract;

type Handler<C> =
  C extends Channel<string, infer Args, infer Result>
    ? (...args: HandlerArgs<Args>) => v.InferOutput<Result> | Promise<v.InferOutput<Result>>
    : never;

/** The handlers of one namespace: a missing, extra or ill-typed one does not compile. */
export type HandlersOf<Namespace extends keyof Contract> = {
  readonly [
    M in keyof Contract[Namespace] as Contract[Namespace][M] extends Channel ? M : never
  ]: Handler<Contract[Namespace][M]>;
};

/** The handlers of every namespace. */
export type Handlers = { readonly [N in keyof Contract]: HandlersOf<N> };
