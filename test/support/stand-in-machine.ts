import type { Machine } from '../../src/core/ports/machine.ts';

/** A machine on which everything is there until a test says otherwise. */
export class StandInMachine implements Machine {
  readonly goneFolders = new Set<string>();
  readonly deadProcesses = new Set<number>();
  /** Called while a folder is looked for. */
  onLook: () => Promise<void> = () => Promise.resolve();

  async folderExists(path: string): Promise<boolean> {
    await this.onLook();
    return !this.goneFolders.has(path);
  }

  isProcessAlive(pid: number): boolean {
    return !this.deadProcesses.has(pid);
  }
}
