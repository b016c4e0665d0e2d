import { describe, expect, it } from 'vitest';
import type { CommandContext } from '../../src/cli/command-context.ts';
import { printFacts, printJson, printLine, printRows, printText } from '../../src/cli/output.ts';
import { toTerminalLine, toTerminalText } from '../../src/cli/terminal-text.ts';

const ESCAPES = [
  ['colour', 'a\u001b[31mb', 'ab'],
  ['title of the window', 'a\u001b]0;mine\u0007b', 'ab'],
  ['clipboard', 'a\u001b]52;c;Zm9v\u001b\\b', 'ab'],
  ['a link', '\u001b]8;;http://x\u0007a\u001b]8;;\u0007b', 'ab'],
  ['eight-bit control sequence', 'a\u009b2Jb', 'ab'],
  ['carriage return', 'ab\rcd', 'ab\ncd'],
  ['backspace', 'ab\u0008c', 'ab\ufffdc'],
  ['change of direction', 'a\u202eb\u2066c', 'a\ufffdb\ufffdc'],
] as const;

function write(
  options: { readonly columns?: number },
  work: (context: CommandContext) => void,
): string {
  let written = '';
  const isTTY = options.columns !== undefined;
  const stdout = { ...options, isTTY, write: (text: string) => (written += text) };
  work({ stdout } as unknown as CommandContext);
  return written;
}

const columns = [
  { head: 'ID', value: ({ id }: { id: number | null }) => id },
  { head: 'TITLE', value: ({ title }: { title: string }) => title, isFlexible: true },
  { head: 'END', value: () => 'end' },
];

describe('text for a terminal', () => {
  it.each(ESCAPES)('loses its %s', (_, text, expected) => {
    expect(toTerminalText(text)).toBe(expected);
  });

  it('builds no sequence out of what is left when one is taken away', () => {
    expect(toTerminalText('\u001b\u001b[0m[31mred')).not.toContain('\u001b');
  });

  it('keeps lines, tabs and all scripts, or one line of them', () => {
    expect(toTerminalText('a\n\tб\n漢字 👩‍💻')).toBe('a\n\tб\n漢字 👩‍💻');
    expect(toTerminalLine(' a\n\tb\u2028c ')).toBe('a b c');
  });
});

describe('a table', () => {
  const table = (rows: { id: number | null; title: string }[], width?: number) =>
    write(width === undefined ? {} : { columns: width }, (context) => {
      printRows(context, rows, { json: false, columns, empty: 'Nothing.' });
    });

  it('aligns by what is seen, numbers to the right', () => {
    expect(
      table([
        { id: 7, title: '漢字' },
        { id: 1234, title: 'abcdef' },
        { id: null, title: 'e\u0301' },
      ]),
    ).toBe(
      [
        '  ID  TITLE   END',
        '   7  漢字    end',
        '1234  abcdef  end',
        '   –  e\u0301       end',
        '',
      ].join('\n'),
    );
  });

  it('cuts the flexible column on a narrow terminal, and nothing in a pipe', () => {
    const rows = [{ id: 1, title: 'x'.repeat(100) }];
    expect(table(rows, 40)).toContain(`\n 1  ${'x'.repeat(30)}…  end\n`);
    for (const line of table(rows, 40).split('\n')) expect(line.length).toBeLessThanOrEqual(40);
    expect(table(rows)).toContain('x'.repeat(100));
  });

  it('leaves out minor columns where cut texts do not help, those without a value first', () => {
    const wide = [
      { head: 'ID', value: () => 'i'.repeat(10) },
      { head: 'SIZE', value: () => 's'.repeat(10), isMinor: true },
      { head: 'TITLE', value: () => 't'.repeat(30), isFlexible: true },
      { head: 'LABELS', value: () => 'l'.repeat(30), isFlexible: true, isMinor: true },
      { head: 'NONE', value: () => null, isMinor: true },
    ];
    const headAt = (width: number) => {
      const text = write({ columns: width }, (context) => {
        printRows(context, [{}], { json: false, columns: wide, empty: '' });
      });
      for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(width);
      return text.split('\n')[0]?.split(/ +/).join(' ');
    };
    expect(headAt(120)).toBe('ID SIZE TITLE LABELS NONE');
    expect(headAt(86)).toBe('ID SIZE TITLE LABELS');
    expect(headAt(50)).toBe('ID SIZE TITLE LABELS');
    expect(headAt(40)).toBe('ID SIZE TITLE');
    expect(headAt(30)).toBe('ID TITLE');
  });

  it('lets no row break out of its line', () => {
    for (const [, text] of ESCAPES) {
      const lines = table([{ id: 1, title: text }])
        .trimEnd()
        .split('\n');
      expect(lines).toHaveLength(2);
      expect(lines.join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    }
  });

  it('says so when it is empty', () => {
    expect(table([])).toBe('Nothing.\n');
  });
});

describe('other output', () => {
  it('leaves out facts that are not known', () => {
    expect(
      write({}, (context) => {
        printFacts(context, [
          ['id', 'a'],
          ['branch', undefined],
          ['labels', ''],
          ['tokens', 0],
        ]);
      }),
    ).toBe('id      a\ntokens  0\n');
  });

  it('indents a text, and leaves out an empty one', () => {
    expect(
      write({}, (context) => {
        printText(context, 'Description', 'a\u001b[2J\n\n  b\n');
        printText(context, 'Nothing', ' \n');
      }),
    ).toBe('\nDescription\n  a\n\n    b\n');
  });

  it('gives a line whatever its parts hold', () => {
    expect(
      write({}, (context) => {
        printLine(context, 'a\nb', 'c\u001b[2J');
      }),
    ).toBe('a b  c\n');
  });

  it('writes JSON that a terminal can show and that reads back the same', () => {
    const value = { text: ESCAPES.map(([, text]) => text).join(' ') };
    const json = write({}, (context) => {
      printJson(context, value);
    });
    expect(json).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    expect(JSON.parse(json)).toEqual(value);
  });
});
