/** What the core asks about the machine it runs on. */
export interface Machine {
  /** Tells whether there is a folder at a path; true also where the system does not say. */
  folderExists(path: string): Promise<boolean>;

  /** Tells whether a process with this number runs, whoever started it. */
  isProcessAlive(pid: number): boolean;
}
