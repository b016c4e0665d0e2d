import type {
  Reference,
  ReferenceEntry,
  ReferenceSection,
  TypeEntry,
} from '../../../shared/reference/reference.ts';

/** Narrows the reference to what holds every word of a text, in names and descriptions. */
export function searchReference(reference: Reference, text: string): Reference {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return reference;
  const isFound = (haystack: string) => words.every((word) => haystack.includes(word));
  const sections: ReferenceSection[] = reference.sections.flatMap((section) => {
    const entries = section.entries.filter((entry) => isFound(textOfEntry(entry)));
    return entries.length === 0 ? [] : [{ ...section, entries }];
  });
  return { sections, types: reference.types.filter((type) => isFound(textOfType(type))) };
}

function textOfEntry(entry: ReferenceEntry): string {
  const details =
    entry.kind === 'event'
      ? [entry.payload]
      : [entry.result, ...entry.errors, ...entry.args.flatMap(({ name, type }) => [name, type])];
  return [entry.name, entry.method, entry.summary, ...details].join(' ').toLowerCase();
}

function textOfType({ name, description, fields }: TypeEntry): string {
  return [name, description, ...fields.map((field) => field.name)].join(' ').toLowerCase();
}
