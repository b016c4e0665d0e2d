import { describe, expect, it } from 'vitest';
import {
  divideDocument,
  divideTaskBody,
} from '../../../../src/core/importers/backlog-md/task-body.ts';

function lines(...text: string[]): string {
  return text.join('\n');
}

describe('divideTaskBody', () => {
  it('parts the acceptance criteria from all the rest', () => {
    const body = lines(
      '',
      '## Description',
      '',
      'What.',
      '',
      '## Acceptance Criteria',
      '- [ ] #1 One',
      '',
      '### More',
      '- [x] #2 Two',
      '',
      '## Implementation Plan',
      'How.',
      '',
    );
    expect(divideTaskBody(body)).toEqual({
      description: lines('What.', '', '## Implementation Plan', 'How.'),
      acceptanceCriteria: lines('- [ ] #1 One', '', '### More', '- [x] #2 Two'),
    });
  });

  it('removes the markers, but no other comment', () => {
    const body = lines(
      '## Description',
      '<!-- SECTION:DESCRIPTION:BEGIN -->',
      'One <!-- AC:BEGIN --> line.',
      '<!-- a remark -->',
      '<!-- SECTION:DESCRIPTION:END -->',
      '## Acceptance Criteria',
      '<!-- AC:BEGIN -->',
      '- [ ] #1 One',
      '<!-- AC:END -->',
    );
    expect(divideTaskBody(body)).toEqual({
      description: lines('One <!-- AC:BEGIN --> line.', '<!-- a remark -->'),
      acceptanceCriteria: '- [ ] #1 One',
    });
  });

  it.each(['```', '~~~~'])('takes what stands between %s for text', (fence) => {
    const code = lines(
      fence + 'markdown',
      '## Acceptance Criteria',
      '<!-- AC:BEGIN -->',
      '``',
      fence,
    );
    const body = lines('## Description', '', code, '', '## Acceptance Criteria', '', '- [ ] One');
    expect(divideTaskBody(body)).toEqual({ description: code, acceptanceCriteria: '- [ ] One' });
  });

  it('takes a line with code in three backticks for a line', () => {
    const body = lines('```one``` word', '', '## Acceptance Criteria', '- [ ] One');
    expect(divideTaskBody(body).acceptanceCriteria).toBe('- [ ] One');
  });

  it('ends the criteria at a heading of the first level too', () => {
    const body = lines('## Acceptance Criteria', '- [ ] One', '# Plan', 'How.');
    expect(divideTaskBody(body)).toEqual({
      description: lines('# Plan', 'How.'),
      acceptanceCriteria: '- [ ] One',
    });
  });

  it('joins criteria that stand in two places', () => {
    const body = lines(
      '## Acceptance Criteria',
      'a',
      '## Notes',
      'n',
      '## Acceptance Criteria',
      'b',
    );
    expect(divideTaskBody(body)).toEqual({
      description: lines('## Notes', 'n'),
      acceptanceCriteria: lines('a', '', 'b'),
    });
  });

  it('keeps what comes before the first heading, and then the heading of the description', () => {
    const body = lines('Before.', '', '## Description', 'What.');
    expect(divideTaskBody(body).description).toBe(body);
  });

  it('drops a heading that comes twice only at the top', () => {
    const body = lines('## Description', '', '## Description', 'What.', '## Description', 'More.');
    expect(divideTaskBody(body).description).toBe(lines('What.', '', '## Description', 'More.'));
  });

  it('gives nothing for nothing', () => {
    expect(divideTaskBody('\n \n')).toEqual({ description: '', acceptanceCriteria: '' });
  });
});

describe('divideDocument', () => {
  it('takes the first top heading as the title and keeps everything around it', () => {
    expect(divideDocument(lines('Before.', '# Title #', 'After.', '## Part', 'x'))).toEqual({
      title: 'Title',
      rest: lines('Before.', '', 'After.', '', '## Part', 'x'),
    });
  });

  it('finds no title in code', () => {
    expect(divideDocument(lines('```', '# Title', '```'))).toBeNull();
  });
});
