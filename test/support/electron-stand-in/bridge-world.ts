type Wire =
  | readonly ['value', unknown]
  | readonly ['function', number]
  | readonly ['array', readonly Wire[]]
  | readonly ['object', Readonly<Record<string, Wire>>];
type Outcome =
  | { readonly kind: 'returned'; readonly value: Wire }
  | { readonly kind: 'thrown'; readonly value: Wire }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'promised' };
type Message =
  | {
      readonly op: 'call';
      readonly call: number;
      readonly fn: number;
      readonly args: readonly Wire[];
    }
  | { readonly op: 'answer' | 'settle'; readonly call: number; readonly outcome: Outcome }
  | { readonly op: 'expose'; readonly key: string; readonly api: Wire };

export type Bridge = { expose(key: string, api: object): void };

/**
 * One half of contextBridge, the same in the page's world and in that of the preload script.
 *
 * The halves share no object, only the DOM: everything crosses as the detail of a synchronous event. As in Electron
 * an Error keeps nothing but its message, while other values are copied. It is sent to the page as source text, so
 * it may use nothing from outside.
 *
 * @param own The name of the events that this half listens to.
 * @param other The name of those that the other half listens to.
 */
export function createBridge(own: string, other: string): Bridge {
  const functions: ((...args: unknown[]) => unknown)[] = [];
  const answers = new Map<number, Outcome>();
  const promises = new Map<number, (outcome: Outcome) => void>();
  let lastCall = 0;

  window.addEventListener(own, (event) => {
    receive((event as CustomEvent<Message>).detail);
  });

  return {
    expose(key, api) {
      send({ op: 'expose', key, api: encode(api) });
    },
  };

  function send(message: Message): void {
    window.dispatchEvent(new CustomEvent(other, { detail: message }));
  }

  function receive(message: Message): void {
    if (message.op === 'call') answerCall(message.call, message.fn, message.args);
    else if (message.op === 'expose') {
      const value = freeze(decode(message.api));
      Object.defineProperty(window, message.key, { value, enumerable: true });
    } else if (message.op === 'answer') answers.set(message.call, message.outcome);
    else promises.get(message.call)?.(message.outcome);
  }

  function answerCall(call: number, fn: number, args: readonly Wire[]): void {
    let outcome: Outcome;
    try {
      const result = functions[fn]?.(...args.map(decode));
      if (result instanceof Promise) {
        outcome = { kind: 'promised' };
        result.then(
          (value: unknown) => {
            send({ op: 'settle', call, outcome: { kind: 'returned', value: encode(value) } });
          },
          (error: unknown) => {
            send({ op: 'settle', call, outcome: thrown(error) });
          },
        );
      } else {
        outcome = { kind: 'returned', value: encode(result) };
      }
    } catch (error) {
      outcome = thrown(error);
    }
    send({ op: 'answer', call, outcome });
  }

  function callOther(fn: number, args: readonly unknown[]): unknown {
    const call = ++lastCall;
    send({ op: 'call', call, fn, args: args.map(encode) });
    const outcome = answers.get(call);
    answers.delete(call);
    if (outcome?.kind !== 'promised') return open(outcome);
    return new Promise<Outcome>((resolve) => promises.set(call, resolve)).then((settled) => {
      promises.delete(call);
      return open(settled);
    });
  }

  function open(outcome: Outcome | undefined): unknown {
    if (outcome?.kind === 'returned') return decode(outcome.value);
    if (outcome?.kind === 'thrown') throw decode(outcome.value) as Error;
    throw new Error(
      outcome?.kind === 'failed' ? outcome.message : 'The other half did not answer.',
    );
  }

  function thrown(error: unknown): Outcome {
    if (error instanceof Error) return { kind: 'failed', message: error.message };
    return { kind: 'thrown', value: encode(error) };
  }

  function encode(value: unknown): Wire {
    if (typeof value === 'function') {
      return ['function', functions.push(value as (...args: unknown[]) => unknown) - 1];
    }
    if (Array.isArray(value)) return ['array', value.map(encode)];
    if (!isPlainObject(value)) return ['value', value];
    return [
      'object',
      Object.fromEntries(Object.entries(value).map(([key, item]) => [key, encode(item)])),
    ];
  }

  function decode(wire: Wire): unknown {
    const [kind, content] = wire;
    if (kind === 'function') return (...args: unknown[]) => callOther(content, args);
    if (kind === 'array') return content.map(decode);
    if (kind === 'value') return content;
    return Object.fromEntries(Object.entries(content).map(([key, item]) => [key, decode(item)]));
  }

  function isPlainObject(value: unknown): value is object {
    return (
      typeof value === 'object' &&
      value !== null &&
      Object.getPrototypeOf(value) === Object.prototype
    );
  }

  function freeze(value: unknown): unknown {
    if (!isPlainObject(value)) return value;
    Object.values(value).forEach(freeze);
    return Object.freeze(value);
  }
}
