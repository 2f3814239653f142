/** Names for the files that charts are saved as. Pure. */

const LONGEST = 80;

/** A name for a file: letters, digits, and what stands between them. */
export function fileName(tag: string): string {
  return tag.replace(/[^\p{L}\p{N}._=-]+/gu, '_').slice(0, LONGEST) || 'chart';
}

/** What `keepPoints` puts behind the name of a tag's file for the file of its groups. */
export const GROUPS_SUFFIX = '.groups';

/** A name for the files of each of these tags, no two alike, whatever the tags share; some file systems don't tell cases apart. */
export function fileNames(tags: readonly string[]): Map<string, string> {
  const taken = new Set<string>();
  const isTaken = (name: string) => [name, name + GROUPS_SUFFIX].some((one) => taken.has(one.toLowerCase()));
  const names = new Map<string, string>();
  for (const tag of new Set(tags)) {
    let name = fileName(tag);
    for (let nth = 2; isTaken(name); nth++) name = `${fileName(tag)}-${nth}`;
    for (const one of [name, name + GROUPS_SUFFIX]) taken.add(one.toLowerCase());
    names.set(tag, name);
  }
  return names;
}
