import type { Outside } from './electron-module.ts';

/** What a test can ask of a running app, over the channel between it and the stand-in's process. */
export type Control = {
  /** Runs the source of a function in the page of the first window. */
  evaluate(source: string, argument: unknown): unknown;
  reload(): void;
  screenshot(file: string): void;
  closeWindows(): void;
  /** Chooses an item of the menu by its labels. */
  chooseMenuItem(...labels: string[]): void;
  /** Calls a handler as a frame with that address would. */
  invokeAs(frame: { url: string; isTop: boolean }, channel: string, args: unknown[]): unknown;
  /** Fetches an address of the app's own scheme as a page would. */
  fetch(address: string): { status: number; headers: Record<string, string>; body: string };
  grants(permission: string): boolean;
  /** Presses a button of the open message box, by its number. */
  pressButton(button: number): void;
  outside(): Outside;
  windows(): { shownCount: number; webPreferences: Record<string, unknown> }[];
  emitShutdown(): boolean;
};

export type ControlName = keyof Control;
export type ControlRequest = {
  readonly id: number;
  readonly name: ControlName;
  readonly args: readonly unknown[];
};
export type ControlAnswer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly failure: string };
