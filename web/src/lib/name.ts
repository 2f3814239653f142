/** How the names of runs and tags are taken apart to be shown: the part they share, the part that tells them apart, and where to cut. */

/**
 * The longest beginning that all names share and that ends at a separator (`/ _ -` or a space), never inside a number: of
 * `lr=1e-3` and `lr=1e-2` nothing is left out. Empty for fewer than two names.
 */
export function commonPrefix(names: readonly string[]): string {
  const first = names[0];
  if (first === undefined || names.length < 2) return '';
  let length = first.length;
  for (const name of names) {
    let i = 0;
    while (i < length && i < name.length && name[i] === first[i]) i++;
    length = i;
    if (length === 0) return '';
  }
  let end = length;
  while (end > 0 && !(/[/_ -]$/.test(first.slice(0, end)) && !/\d[eE]-$/.test(first.slice(0, end)))) end--;
  // A name that is nothing but the shared part would have nothing left to read.
  return names.some((name) => name.length === end) ? '' : first.slice(0, end);
}

/** A tag's three parts: the quiet prefix up to the last "/", and its strong last part as a head that may be cut and a tail that never is. */
export interface NameParts {
  prefix: string;
  head: string;
  tail: string;
}

/** Splits a name so that cutting it falls in the middle: the last `keep` characters always stay. `prefix + head + tail` is the name. */
export function splitName(name: string, keep = 12): NameParts {
  const slash = name.lastIndexOf('/') + 1;
  const prefix = slash === name.length ? '' : name.slice(0, slash);
  return { ...cutTail(name.slice(prefix.length), keep), prefix };
}

/** A name without a prefix whose last `keep` characters always stay. */
export function cutTail(name: string, keep: number): NameParts {
  // By code points, so that a cut never halves a character.
  const characters = Array.from(name);
  const cut = Math.max(0, characters.length - keep);
  return { prefix: '', head: characters.slice(0, cut).join(''), tail: characters.slice(cut).join('') };
}

/** Names to compare to find a cut: enough of any sweep, and quick. */
export const MOST_COMPARED = 500;

/**
 * How many characters at the end of each name to keep, where names that are longer than `limit` characters are cut once, all at the
 * same place: the number with which most of them stay different, and of several such numbers the one nearest to the middle.
 * Of `resnet/lr=0.001/seed=0` and its like in 16 characters it is 10, `resne…001/seed=0`, and not 6, `resnet/lr…seed=0`.
 */
export function tailLength(names: readonly string[], limit: number): number {
  const middle = Math.ceil((limit - 1) / 2);
  const long = names.map((name) => Array.from(name)).filter((name) => name.length > limit);
  if (long.length < 2) return middle;
  let best = { keep: middle, different: 0 };
  for (let away = 0; away < limit - 1; away++) {
    for (const keep of away === 0 ? [middle] : [middle + away, middle - away]) {
      if (keep < 1 || keep > limit - 1) continue;
      const head = limit - 1 - keep;
      const shown = new Set(long.map((name) => `${name.slice(0, head).join('')}…${name.slice(-keep).join('')}`));
      if (shown.size > best.different) best = { keep, different: shown.size };
    }
    if (best.different === long.length) break;
  }
  return best.keep;
}

/** `text` in at most `limit` characters, cut in the middle with "…". For places that cannot measure, such as a canvas. */
export function cutMiddle(text: string, limit: number): string {
  const characters = Array.from(text);
  if (characters.length <= limit) return text;
  if (limit <= 1) return '…'.slice(0, Math.max(0, limit));
  const tail = Math.ceil((limit - 1) / 2);
  return characters.slice(0, limit - 1 - tail).join('') + '…' + characters.slice(-tail).join('');
}
