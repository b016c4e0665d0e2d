export type TaskBody = { readonly description: string; readonly acceptanceCriteria: string };

type Section = { readonly heading: string; readonly level: number; readonly lines: string[] };

/** The comments by which Backlog.md finds its own sections again. */
const MARKER = /^\s*<!--\s*(?:AC|DOD|COMMENTS|SECTION:\w+):(?:BEGIN|END)\s*-->\s*$/;
const FENCE = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})(.*)$/;
const HEADING = /^ {0,3}(#{1,2})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$/;

/**
 * Divides the Markdown of a task into acceptance criteria and all the rest.
 *
 * The description keeps every other section under its heading, only its own heading at the top goes;
 * the markers of Backlog.md go everywhere but in code.
 *
 * @param markdown The body, with `\n` line ends.
 */
export function divideTaskBody(markdown: string): TaskBody {
  const sections = toSections(markdown);
  const criteria = sections.filter(isAcceptanceCriteria);
  const others = sections.filter((section) => !isAcceptanceCriteria(section));
  return {
    description: withoutOwnHeading(others).map(toMarkdown).filter(Boolean).join('\n\n'),
    acceptanceCriteria: criteria
      .map(({ lines }) => trimBlankLines(lines))
      .filter(Boolean)
      .join('\n\n'),
  };
}

/**
 * Finds the first top heading of a document that has no front matter.
 *
 * @param markdown The document, with `\n` line ends.
 * @returns The text of the heading and everything around it, or null where there is none.
 */
export function divideDocument(markdown: string): { title: string; rest: string } | null {
  const sections = toSections(markdown);
  const top = sections.find(({ level }) => level === 1);
  if (!top) return null;
  const rest = sections.map((section) => (section === top ? { ...top, level: 0 } : section));
  return {
    title: titleOf(top),
    rest: rest.map(toMarkdown).filter(Boolean).join('\n\n'),
  };
}

/** The first section has no heading (level 0) and holds what comes before all others. */
function toSections(markdown: string): Section[] {
  let current: Section = { heading: '', level: 0, lines: [] };
  const sections = [current];
  let openFence: string | null = null;
  for (const line of markdown.split('\n')) {
    const fence = FENCE.exec(line);
    if (openFence === null) {
      if (MARKER.test(line)) continue;
      const heading = HEADING.exec(line);
      if (heading) {
        current = { heading: line, level: heading[1]?.length ?? 1, lines: [] };
        sections.push(current);
        continue;
      }
      if (fence) openFence = fence[1] ?? null;
    } else if (fence?.[1]?.startsWith(openFence) && fence[2]?.trim() === '') {
      openFence = null;
    }
    current.lines.push(line);
  }
  return sections;
}

function isAcceptanceCriteria(section: Section): boolean {
  return section.level === 2 && /^acceptance criteria:?$/i.test(titleOf(section));
}

/** A body may begin with the heading twice, once outside and once inside of the markers. */
function withoutOwnHeading(sections: readonly Section[]): Section[] {
  const first = sections.findIndex(isFilled);
  const own = sections[first];
  if (!own || own.level !== 2 || !/^description:?$/i.test(titleOf(own))) return [...sections];
  return withoutOwnHeading([{ ...own, level: 0 }, ...sections.slice(first + 1)]);
}

function isFilled(section: Section): boolean {
  return section.level > 0 || section.lines.some((line) => line.trim() !== '');
}

function titleOf(section: Section): string {
  return HEADING.exec(section.heading)?.[2]?.trim() ?? '';
}

function toMarkdown(section: Section): string {
  if (section.level === 0) return trimBlankLines(section.lines);
  return trimBlankLines([section.heading, ...section.lines]);
}

function trimBlankLines(lines: readonly string[]): string {
  const first = lines.findIndex((line) => line.trim() !== '');
  const last = lines.findLastIndex((line) => line.trim() !== '');
  return first === -1 ? '' : lines.slice(first, last + 1).join('\n');
}
