import { describe, expect, it } from 'vitest';
import {
  planColumns,
  TABLE_FIELDS,
} from '../../../../src/core/importers/ticket-table/table-columns.ts';

function plan(heads: readonly string[], mapping: Record<string, string> = {}) {
  const columns = heads.map((head, index) => ({ name: `${head}@${String(index)}`, head }));
  const { columns: fields, kept, problems } = planColumns(columns, mapping);
  return { fields: Object.fromEntries(fields), kept, problems };
}

describe('planColumns', () => {
  it.each(TABLE_FIELDS)('knows the field %s by its own name, in any spelling', (field) => {
    const snake = field.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
    expect(plan([snake]).fields).toEqual({ [field]: [`${snake}@0`] });
  });

  it('takes the surest of several names, and keeps the others', () => {
    expect(plan(['Name', 'Issue id', 'Issue key', 'Title', 'Summary'])).toEqual({
      fields: { id: ['Issue key@2'], title: ['Title@3'] },
      kept: ['Name@0', 'Issue id@1', 'Summary@4'],
      problems: [],
    });
  });

  it('takes all columns of one name where the field is a list', () => {
    expect(plan(['Labels', 'Title', 'Labels', 'Tags']).fields).toEqual({
      title: ['Title@1'],
      labels: ['Labels@0', 'Labels@2', 'Tags@3'],
    });
  });

  it('follows a mapping before its own guesses', () => {
    expect(plan(['Title', 'What', 'Who'], { what: 'TITLE', Who: 'ignore' })).toEqual({
      fields: { title: ['What@1'] },
      kept: ['Title@0'],
      problems: [],
    });
  });

  it('does not take a built-in property for a column or a field', () => {
    expect(plan(['constructor', '__proto__', 'title']).fields).toEqual({ title: ['title@2'] });
    expect(plan(['title'], { title: 'constructor' }).problems).toHaveLength(1);
  });
});
