import { expect, it } from 'vitest';
import { decodeTransaction, encodeTransaction } from '../../../src/store/journal/payload.ts';
import { importRows, ticketRow } from '../../support/import-source.ts';
import { openTestApp } from '../../support/test-app.ts';

const COUNT = 100_000;

it('brings a hundred thousand tickets in, as one transaction that the redo log can hold', async () => {
  const test = await openTestApp();
  const rows = Array.from({ length: COUNT }, (_, index) => {
    const waitsFor = index === 0 ? COUNT - 1 : index - 1;
    return ticketRow(String(index), { description: 'Look closely. '.repeat(10) }, [
      String(waitsFor),
    ]);
  });
  const progress: number[] = [];
  test.app.onPush((event, payload) => {
    if (event === 'import:progress') progress.push((payload as { done: number }).done);
  });
  const report = await importRows(test.api, rows);
  expect(report.counts).toEqual([{ table: 'tickets', created: COUNT, changed: 0, skipped: 0 }]);
  expect(report.notices).toHaveLength(1);
  expect(progress).toHaveLength(200);
  expect(progress.at(-1)).toBe(COUNT);
  expect(test.commits).toHaveLength(1);
  const [commit] = test.commits;
  if (!commit) throw new Error('Nothing was committed.');
  expect(decodeTransaction(encodeTransaction(commit)).statements).toHaveLength(2 * COUNT);
  expect(await test.api.search.find({ text: 'closely', limit: 1 })).toBeDefined();

  const again = await importRows(test.api, rows);
  expect(again.counts).toEqual([{ table: 'tickets', created: 0, changed: 0, skipped: COUNT }]);
  expect(test.commits).toHaveLength(1);
}, 180_000);
