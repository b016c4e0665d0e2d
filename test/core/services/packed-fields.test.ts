import { describe, expect, it } from 'vitest';
import { packFields, unpackFields } from '../../../src/core/services/packed-fields.ts';

const TEXT = 'What is to be done. '.repeat(10);

describe('fields beside the row they come from', () => {
  it.each([
    ['a long text that the row has', { title: 'Short', description: TEXT }, { Body: TEXT }],
    ['a long text that the row has changed', { description: `${TEXT}!` }, { Body: TEXT }],
    ['two fields of one column', { description: TEXT, title: TEXT }, { Body: TEXT, Id: '1' }],
    ['two columns of one text', { description: TEXT }, { Body: TEXT, Copy: TEXT }],
    ['nothing but short texts', { title: 'Short', labels: ['a'] }, { title: 'Short' }],
    ['nothing', {}, {}],
  ])('come back as they were: %s', (_what, fields, raw) => {
    const packed = JSON.parse(JSON.stringify(packFields(fields, raw))) as Record<string, unknown>;
    expect(unpackFields(packed, () => raw)).toEqual(fields);
  });

  it('hold no long text a second time', () => {
    const packed = packFields({ title: 'Short', description: TEXT }, { Body: TEXT });
    expect(packed).toEqual({ title: 'Short', '=': { description: 'Body' } });
  });
});
