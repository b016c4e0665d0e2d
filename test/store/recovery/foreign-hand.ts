import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Gives an image after another program, with a SQLite of its own, has opened its file and run a script. */
export function editedByHand(image: Uint8Array, sql: string): Uint8Array {
  const folder = mkdtempSync(path.join(tmpdir(), 'sweatshop-hand-'));
  try {
    const file = path.join(folder, 'sweatshop.db');
    writeFileSync(file, image);
    const database = new DatabaseSync(file);
    database.exec(sql);
    database.close();
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
