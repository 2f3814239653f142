/**
 * Seeds in the names of runs: which runs are one experiment, done again with another seed. Pure.
 *
 * A name's seed is found by how it is written, the surest way first: `seed=3`, then `s3`, then `version_2` or `rep2`, then a number that is a
 * whole part of the path. Names that are equal but for it belong together. What has no partner that way is tried the next, less sure way.
 * Where a number may as well say something else (`vit_s16` and `vit_s32` differ in more than a seed), the numbers must count on.
 */

/** What a name says beside its seed. */
export interface Seeded {
  /** The name with its seed and, beside a seed that is named as one, its date taken out: equal for runs that belong together. */
  readonly stem: string;
  /** The stem, to be read. */
  readonly label: string;
  /** The seed, to be read: `seed 3`. */
  readonly seed: string;
}

interface Way {
  /** The number is the first group that matched. */
  readonly pattern: RegExp;
  /** What the number is called. */
  readonly word: string;
  /** Numbers of one stem must count on: 0, 1, 2. */
  readonly counting: boolean;
  /** Something must be left when the seed is taken out. */
  readonly rest: boolean;
  /** Dates and times do not tell runs apart. */
  readonly undated: boolean;
}

/** Begins a part of a name, and ends one: `cnn_s3`, but not `bias3`, `s3d` or `seed=0.1`. */
const BEGIN = '(?<![A-Za-z0-9])';
const END = '(?![A-Za-z0-9]|\\.\\d)';

const WAYS: readonly Way[] = [
  {
    pattern: new RegExp(
      `${BEGIN}(?:(?:random|rng|torch|numpy|np|manual|global|train)[_-]?)?(?:seed|rng)[\\s_=:.-]?(\\d+)${END}`,
      'gi',
    ),
    word: 'seed',
    counting: false,
    rest: false,
    undated: true,
  },
  // CleanRL: environment__experiment__seed__time.
  { pattern: /(?<=__)(\d+)(?=__1\d{9}$)/g, word: 'seed', counting: false, rest: true, undated: true },
  { pattern: new RegExp(`${BEGIN}s=?(\\d{1,9})${END}`, 'g'), word: 'seed', counting: true, rest: true, undated: true },
  {
    pattern: new RegExp(`${BEGIN}version[_-]?(\\d+)${END}`, 'gi'),
    word: 'version',
    counting: false,
    rest: false,
    undated: false,
  },
  {
    pattern: new RegExp(`${BEGIN}(?:rep|repeat|repetition|replicate|replica|rerun)[\\s_=-]?(\\d+)${END}`, 'gi'),
    word: 'repeat',
    counting: false,
    rest: false,
    undated: false,
  },
  {
    pattern: new RegExp(`${BEGIN}run[\\s_=-]?(\\d+)${END}`, 'gi'),
    word: 'run',
    counting: true,
    rest: true,
    undated: false,
  },
  { pattern: /(?<=^|\/)(\d{1,6})(?=\/|$)/g, word: 'run', counting: true, rest: true, undated: false },
];

/** Dates and times as scripts put them into names: 2026-11-23_12-30-00, 20261123-123000, Nov23_12-30-00, 1700000000. */
const DATES = new RegExp(
  `${BEGIN}(?:\\d{4}-\\d{2}-\\d{2}(?:[T_ -]\\d{2}[-:.]?\\d{2}(?:[-:.]?\\d{2})?)?|20\\d{6}[-_T]\\d{4,6}|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\\d{1,2}_\\d{2}-\\d{2}-\\d{2}|1\\d{9}(?:\\.\\d+)?)(?![A-Za-z0-9])`,
  'g',
);

/** The seeds of these names; names without a partner are left out. */
export function seedsOf(names: readonly string[]): Map<string, Seeded> {
  const found = new Map<string, Seeded>();
  let left = names;
  for (const way of WAYS) {
    const stems = new Map<string, { name: string; seed: string; label: string }[]>();
    for (const name of left) {
      const taken = take(name, way);
      if (taken === null) continue;
      const members = stems.get(taken.stem);
      if (members) members.push({ name, ...taken });
      else stems.set(taken.stem, [{ name, ...taken }]);
    }
    for (const [stem, members] of stems) {
      const seeds = new Set(members.map((member) => member.seed));
      if (seeds.size < 2 || (way.counting && !countsOn(seeds))) continue;
      for (const { name, seed, label } of members)
        found.set(name, { stem, label: label || stem, seed: `${way.word} ${seed}` });
    }
    left = left.filter((name) => !found.has(name));
  }
  return found;
}

/** The name without its seed, to compare and to read, and the seed; null when it has none. */
function take(name: string, { pattern, rest, undated }: Way): { stem: string; label: string; seed: string } | null {
  const seeds: string[] = [];
  const stem = name.replace(pattern, (text, number: string) => {
    seeds.push(String(BigInt(number)));
    return text.slice(0, text.length - number.length) + '*';
  });
  if (seeds.length === 0) return null;
  const bare = name.replace(pattern, HOLE);
  const label = read(undated ? bare.replace(DATES, HOLE) : bare);
  if (rest && label === '') return null;
  return { stem: undated ? stem.replace(DATES, '*') : stem, label, seed: seeds.join(' ') };
}

/** Numbers one after the other, perhaps with a few missing: 0 1 2, 41 42 43, 1 2 4; not 16 32. */
function countsOn(seeds: ReadonlySet<string>): boolean {
  const numbers = [...seeds].map(Number).sort((a, b) => a - b);
  const span = numbers.at(-1)! - numbers[0]! + 1;
  return span === numbers.length || (numbers[0]! <= 1 && span < 2 * numbers.length);
}

/** Stands for what was taken out. */
const HOLE = '\u0000';
const SEPARATOR = '[\\s_\\-.,:;=&/]';
/** Holes, brackets that hold nothing else, and the separators around them. */
const AROUND = new RegExp(`${SEPARATOR}*[([{]?${HOLE}[)\\]}]?(?:${SEPARATOR}|${HOLE})*`, 'g');

/** A name as it is read without what was taken out: of the separators around a hole one stays, a slash before any other. */
function read(name: string): string {
  return name.replace(AROUND, (text, at: number) => {
    if (at === 0 || at + text.length === name.length) return '';
    return text.includes('/') ? '/' : (new RegExp(SEPARATOR).exec(text)?.[0] ?? '');
  });
}
