import type { Home } from '../host/open-home.ts';
import type { ExitCode } from './exit-codes.ts';

/** One of the standard streams. */
export interface TextOutput {
  write(text: string): unknown;
  /** True where a person watches a terminal. */
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

/** What the process gives to the command line. */
export type CommandHost = {
  /** Takes results only, so that programs can read them. */
  readonly stdout: TextOutput;
  /** Takes progress, warnings and errors. */
  readonly stderr: TextOutput;
  readonly version: string;
  /** Opens a home; see {@link Home}. One that is opened `readOnly` is never saved. */
  readonly openHome: (path: string, use: { readonly readOnly: boolean }) => Promise<Home>;
};

/** What every command works with. */
export type CommandContext = CommandHost & {
  /** The absolute path of the home that this call is about. */
  readonly homePath: () => string;
  /** Notes what the process shall end with. */
  readonly finish: (code: ExitCode) => void;
};
