import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** What tells one process from every other, also one that gets its number later. */
export type ProcessIdentity = {
  readonly pid: number;
  readonly host: string;
  /** Names this start of the machine; null where the system does not tell. */
  readonly bootId: string | null;
  /** In clock ticks since the machine started; null where the system does not tell. */
  readonly processStartTime: string | null;
};

/** Identifies this process. */
export function ownIdentity(): ProcessIdentity {
  return {
    pid: process.pid,
    host: hostname(),
    bootId: readKernelFile('/proc/sys/kernel/random/boot_id')?.trim() ?? null,
    processStartTime: processStartTime(process.pid),
  };
}

/** Tells whether a process that was identified on this machine still runs; false where the system does not tell. */
export function isProvenAlive(identity: ProcessIdentity): boolean {
  const self = ownIdentity();
  return (
    identity.bootId !== null &&
    identity.bootId === self.bootId &&
    identity.processStartTime !== null &&
    identity.processStartTime === processStartTime(identity.pid)
  );
}

function processStartTime(pid: number): string | null {
  const stat = readKernelFile(`/proc/${String(pid)}/stat`);
  // The second field is the program's name in brackets and may itself hold spaces and brackets.
  const fromThirdField = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fromThirdField?.[19] ?? null;
}

/** These files are answers of the Linux kernel, not data on a disk; other systems have none. */
function readKernelFile(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
