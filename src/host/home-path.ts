import os from 'node:os';
import path from 'node:path';

/** Gives the folder that is used when none is named: SWEATSHOP_HOME, else `.sweatshop` in the user's own. */
export function defaultHomePath(): string {
  const given = process.env['SWEATSHOP_HOME'];
  return given === undefined || given === '' ? path.join(os.homedir(), '.sweatshop') : given;
}
