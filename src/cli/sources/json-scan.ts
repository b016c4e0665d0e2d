/** Far deeper than anybody writes, and shallow enough for everything that walks through it. */
const MAX_DEPTH = 100;

const WHITESPACE = new Set([0x20, 0x09, 0x0a, 0x0d]);
const ESCAPES = new Set(['"', '\\', '/', 'b', 'f', 'n', 'r', 't']);
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /[^\s,:[\]{}"]{1,20}/y;
const WORDS = new Set(['true', 'false', 'null']);

/** What is wrong with JSON, and where, counted in characters from 0. */
export type JsonProblem = { readonly offset: number; readonly message: string };

/** What stands near the top of a JSON document. */
export type JsonOutline = {
  /** The first problem; what comes after it was not looked at. */
  readonly problem: JsonProblem | null;
  /** Where the first value ends; the length of the text where there is a problem. */
  readonly end: number;
};

/** Told of each value: how many objects and lists it is in, its name or number in the innermost, where it begins. */
export type JsonVisitor = (depth: number, name: string | number | null, offset: number) => void;

export type JsonScanOptions = {
  /** Called for values of depth 0 to 2 only. */
  readonly onValue?: JsonVisitor;
  /** Where to begin. */
  readonly start?: number;
  /** Takes what follows the first value for no problem. */
  readonly isOneOfMany?: boolean;
};

type Frame = { readonly isObject: boolean; count: number; name: string | null };

/**
 * Goes through JSON without building anything, so that text of any nesting can be judged.
 *
 * It refuses what the standard refuses, what is nested more deeply than 100 levels, and what no text can hold: the NUL
 * character and half of a surrogate pair.
 */
export function scanJson(text: string, options: JsonScanOptions = {}): JsonOutline {
  const scanner = new JsonScanner(text, options);
  try {
    return { problem: null, end: scanner.scan() };
  } catch (error) {
    if (!(error instanceof Found)) throw error;
    return { problem: error.problem, end: text.length };
  }
}

/** Ends the scan from wherever it is. */
class Found extends Error {
  readonly problem: JsonProblem;

  constructor(offset: number, message: string) {
    super(message);
    this.problem = { offset, message };
  }
}

class JsonScanner {
  readonly #text: string;
  readonly #options: JsonScanOptions;
  readonly #stack: Frame[] = [];
  #at: number;

  constructor(text: string, options: JsonScanOptions) {
    this.#text = text;
    this.#options = options;
    this.#at = options.start ?? 0;
  }

  /** @returns Where the value ends. */
  scan(): number {
    do {
      this.#skipSpace();
      if (this.#opensValue()) this.#skipValue();
    } while (this.#stack.length > 0);
    const end = this.#at;
    this.#skipSpace();
    if (!this.#options.isOneOfMany && this.#at < this.#text.length) {
      throw new Found(this.#at, 'not valid JSON: something follows after its end');
    }
    return end;
  }

  /** Deals with what stands between values. @returns Whether a value comes next. */
  #opensValue(): boolean {
    const frame = this.#stack.at(-1);
    if (frame === undefined) return true;
    if (this.#text[this.#at] === (frame.isObject ? '}' : ']')) {
      this.#at += 1;
      this.#stack.pop();
      return false;
    }
    if (frame.count > 0) {
      this.#expect(',');
      this.#skipSpace();
    }
    if (frame.isObject) {
      if (this.#text[this.#at] !== '"') throw this.#unexpected('a name in double quotes');
      const start = this.#at;
      this.#skipString();
      frame.name = this.#stack.length <= 2 ? this.#text.slice(start, this.#at) : null;
      this.#skipSpace();
      this.#expect(':');
      this.#skipSpace();
    }
    return true;
  }

  #skipValue(): void {
    this.#tell();
    const char = this.#text[this.#at];
    if (char === '{' || char === '[') {
      if (this.#stack.length >= MAX_DEPTH) {
        const message = `this is nested more than ${String(MAX_DEPTH)} levels deep`;
        throw new Found(this.#at, message);
      }
      this.#at += 1;
      this.#stack.push({ isObject: char === '{', count: 0, name: null });
    } else if (char === '"') {
      this.#skipString();
    } else if (char === '-' || (char !== undefined && char >= '0' && char <= '9')) {
      this.#skipNumber();
    } else {
      this.#skipWord();
    }
  }

  #tell(): void {
    const depth = this.#stack.length;
    const frame = this.#stack.at(-1);
    if (depth <= 2) {
      const name = frame?.isObject ? nameIn(frame.name) : (frame?.count ?? null);
      this.#options.onValue?.(depth, name, this.#at);
    }
    if (frame) frame.count += 1;
  }

  #skipString(): void {
    const text = this.#text;
    const start = this.#at;
    for (let at = start + 1; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code === 0x22) {
        this.#at = at + 1;
        return;
      }
      if (code < 0x20)
        throw new Found(at, 'not valid JSON: a text has a line end or control character in it');
      if (code === 0x5c) at = this.#skipEscape(at);
    }
    throw new Found(
      start,
      'not valid JSON: the text that starts here is never closed by a double quote',
    );
  }

  /** @returns Where its last character is. */
  #skipEscape(at: number): number {
    const kind = this.#text[at + 1] ?? '';
    if (ESCAPES.has(kind)) return at + 1;
    const code = this.#escapedAt(at);
    if (code === null) throw new Found(at, `not valid JSON: \\${kind} means nothing`);
    if (code === 0) throw new Found(at, 'there is a NUL character, which text never has');
    if (code < 0xd800 || code > 0xdfff) return at + 5;
    const low = this.#escapedAt(at + 6) ?? 0;
    if (code > 0xdbff || low < 0xdc00 || low > 0xdfff) {
      throw new Found(at, 'there is half of a surrogate pair, which is no text');
    }
    return at + 11;
  }

  #escapedAt(at: number): number | null {
    const hex = /^\\u([\da-fA-F]{4})$/.exec(this.#text.slice(at, at + 6))?.[1];
    return hex === undefined ? null : parseInt(hex, 16);
  }

  #skipNumber(): void {
    NUMBER.lastIndex = this.#at;
    const match = NUMBER.exec(this.#text);
    const next = this.#text[this.#at + (match?.[0].length ?? 0)] ?? '';
    if (match === null || /[\w.+-]/.test(next))
      throw new Found(this.#at, 'not valid JSON: this is no number');
    this.#at += match[0].length;
  }

  #skipWord(): void {
    WORD.lastIndex = this.#at;
    const word = WORD.exec(this.#text)?.[0] ?? '';
    if (!WORDS.has(word)) throw this.#unexpected('a value');
    this.#at += word.length;
  }

  #skipSpace(): void {
    while (WHITESPACE.has(this.#text.charCodeAt(this.#at))) this.#at += 1;
  }

  #expect(char: string): void {
    if (this.#text[this.#at] !== char) throw this.#unexpected(`"${char}"`);
    this.#at += 1;
  }

  #unexpected(expected: string): Found {
    const found = String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0x20);
    const what = this.#at < this.#text.length ? `found "${found}"` : 'the file ends';
    return new Found(this.#at, `not valid JSON: expected ${expected}, but ${what}`);
  }
}

/** Names are short: what is escaped in them is for the parser to tell. */
function nameIn(quoted: string | null): string | null {
  return quoted === null ? null : (JSON.parse(quoted) as string);
}
