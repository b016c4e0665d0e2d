import type { Home } from '../host/open-home.ts';
import type { CheckReport, DbStatus } from '../shared/types.ts';
import type { ExitCode } from './exit-codes.ts';

/** One of the standard streams. */
export interface TextOutput {
  write(text: string): unknown;
  /** True where a person watches a terminal. */
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  /** Tells when it takes more, after a write that was answered with false. */
  readonly once?: (event: 'drain', listener: () => void) => unknown;
}

/** What the process gives to the command line. */
export type CommandHost = {
  /** Takes results only, so that programs can read them. */
  readonly stdout: TextOutput;
  /** Takes progress, warnings and errors. */
  readonly stderr: TextOutput;
  /** Reads standard input to its end. */
  readonly readInput: () => Promise<Uint8Array>;
  readonly version: string;
  /** Asks a person a question that is answered with yes or no; null where nobody sits in front of it. */
  readonly confirm: ((question: string) => Promise<boolean>) | null;
  /** Runs the browser host with a home until it is asked to end; gives what the process shall end with. */
  readonly serve: (path: string, args: readonly string[]) => Promise<ExitCode>;
  /** Opens a home; see {@link Home}. One that is opened `readOnly` is never saved. */
  readonly openHome: (path: string, use: { readonly readOnly: boolean }) => Promise<Home>;
  /** Reads sql-wasm.wasm, which a source that is itself a database is opened with. */
  readonly readWasm: () => Promise<Uint8Array>;
  /** Reads how a home stands, beside the process that uses it if there is one; changes nothing. */
  readonly inspectHome: (path: string) => Promise<DbStatus>;
  /** Reads every file of a home, beside the process that uses it if there is one; changes nothing. */
  readonly checkHome: (path: string) => Promise<CheckReport>;
};

/** What every command works with. */
export type CommandContext = CommandHost & {
  /** The absolute path of the home that this call is about. */
  readonly homePath: () => string;
  /** How long to wait for a process that has the home open and answers no calls. */
  readonly busyTimeoutMs: () => number;
  /** Notes what the process shall end with. */
  readonly finish: (code: ExitCode) => void;
};
