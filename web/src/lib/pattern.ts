/**
 * Regular expressions that anybody may have written: what was typed, and what stood in a link. None can stop the page. Pure.
 *
 *     const pattern = readPattern('^(cnn|vit)')       throws a PatternFault, whose message is a sentence
 *     pattern.test(name);   pattern.find(name)        -> { all, groups, names } or null
 *
 * The browser's engine tries the ways in which an expression may match one after the other: `(\w+\s?)*$` has more of them on a name of 30
 * letters than can be tried in a life. So it only gets what is done in few steps however the name is made, reckoned from the expression
 * and the length of the name. All else is left to RE2JS, whose time grows with the length alone. RE2 has no lookaround and no
 * backreferences: an expression that needs both them and many steps is refused.
 */

import { RE2JS } from 're2js';

/** What an expression found. */
export interface Found {
  readonly all: string;
  /** What its groups captured; undefined where one took no part. */
  readonly groups: readonly (string | undefined)[];
  /** Names of the groups that have one. */
  readonly names: readonly string[];
}

export interface Pattern {
  test: (text: string) => boolean;
  find: (text: string) => Found | null;
}

/** Why a regular expression can't be used, in a sentence. */
export class PatternFault extends Error {}

/** Reckoned far too high, as here, so many are done in tenths of a second. */
const MOST_STEPS = 1e8;
/** Of a longer name an expression that only the browser can read sees the beginning. */
export const LONGEST_NAME = 200;
/** Longer is no expression that somebody wrote. */
export const LONGEST_SOURCE = 1000;
/** As RE2 counts its instructions: its time is their number times the letters. */
const LARGEST_PROGRAM = 10_000;

/** Reads an expression. With `ignoreCase`, case does not matter. A {@link PatternFault} is thrown where it can't be used. */
export function readPattern(source: string, ignoreCase = false): Pattern {
  if (source.length > LONGEST_SOURCE)
    throw new PatternFault(
      `This regular expression has ${source.length} letters: want ${LONGEST_SOURCE} at most; look for a part of the name instead.`,
    );
  const own = readOwn(source, ignoreCase);
  const effort = effortOf(source);
  const steps = (length: number) =>
    Math.max(2, length) ** effort.degree * 2 ** effort.forks * Math.min(length, effort.plain);
  const findOwn = (text: string): Found | null => {
    const match = own.exec(text);
    return match && { all: match[0], groups: match.slice(1), names: Object.keys(match.groups ?? {}) };
  };
  const linear = readLinear(source, ignoreCase);
  if (linear === null) {
    if (steps(LONGEST_NAME) > MOST_STEPS)
      throw new PatternFault(
        'This regular expression could take for ever on a long name: repeats inside repeats or beside each other, with a look ahead or back. Leave one of them out.',
      );
    return {
      test: (text) => own.test(text.slice(0, LONGEST_NAME)),
      find: (text) => findOwn(text.slice(0, LONGEST_NAME)),
    };
  }
  const few = (text: string) => steps(text.length) <= MOST_STEPS;
  return {
    test: (text) => (few(text) ? own.test(text) : linear.matcher(text).find()),
    find: (text) => {
      if (few(text)) return findOwn(text);
      const matcher = linear.matcher(text);
      if (!matcher.find()) return null;
      const groups = Array.from({ length: matcher.groupCount() }, (_, i) => matcher.group(i + 1) ?? undefined);
      return { all: matcher.group()!, groups, names: Object.keys(linear.namedGroups()) };
    },
  };
}

function readOwn(source: string, ignoreCase: boolean): RegExp {
  try {
    return new RegExp(source, ignoreCase ? 'i' : '');
  } catch (error) {
    // The engine says "Invalid regular expression: /a(/i: Unterminated group": the last part is the reason.
    const reason = error instanceof Error ? (error.message.split(': ').at(-1) ?? '') : '';
    throw new PatternFault(`Not a regular expression: ${reason.toLowerCase()}. A backslash makes a character plain.`);
  }
}

/** The expression in RE2; null where RE2 has no word for it, or it would be too large. */
function readLinear(source: string, ignoreCase: boolean): RE2JS | null {
  try {
    const linear = RE2JS.compile(withSpaces(RE2JS.translateRegExp(source)), ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
    return linear.programSize() <= LARGEST_PROGRAM ? linear : null;
  } catch {
    return null;
  }
}

/** RE2 has letters of ASCII alone in these. Each begins and ends so that a "-" beside it in a class stays what it was. */
const SPACES: Readonly<Record<string, string>> = {
  '\\s': '\\s\\x{b}\\x{a0}\\x{1680}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}\\x{2000}-\\x{200a}',
  '\\S':
    '\\x{0}-\\x{8}\\x{e}-\\x{1f}\\x{21}-\\x{9f}\\x{a1}-\\x{167f}\\x{1681}-\\x{1fff}\\x{200b}-\\x{2027}\\x{202a}-\\x{202e}' +
    '\\x{2030}-\\x{205e}\\x{2060}-\\x{2fff}\\x{3001}-\\x{fefe}\\x{ff00}-\\x{10ffff}',
};

/** An expression of RE2 in which a space is every one that the browser's engine takes for one. */
function withSpaces(source: string): string {
  return source.replace(/\\.|\[(?:\\.|[^\\\]])*\]/gs, (part) => {
    if (part.startsWith('[')) return part.replace(/\\./gs, (letter) => SPACES[letter] ?? letter);
    return part in SPACES ? `[${SPACES[part]}]` : part;
  });
}

/** An upper bound of the steps on a text of n letters: n ** degree * 2 ** forks * min(n, plain). */
interface Effort {
  readonly degree: number;
  readonly forks: number;
  readonly plain: number;
}

/** A group that is being read. Within a lookaround nothing is tried again once it has matched: its steps add, and do not multiply. */
interface Open {
  readonly look: boolean;
  repeats: number;
  forks: number;
  /** The most repeats of a lookaround in it. */
  looked: number;
}

const OPENING = /\((?:\?(?:<?[=!]|<[^>]*>|[a-z-]*:))?/y;
/** Of an expression that was read wrongly: nothing is known, so it is not the browser's. */
const UNKNOWN: Effort = { degree: Infinity, forks: 0, plain: 1 };
const QUANTIFIER = /[*+?]|\{\d+(?:,\d*)?\}/y;

function at(pattern: RegExp, text: string, place: number): string | undefined {
  pattern.lastIndex = place;
  return pattern.exec(text)?.[0];
}

/** Reckons the effort of a valid expression: rather too much than too little. */
function effortOf(source: string): Effort {
  const outermost: Open = { look: false, repeats: 0, forks: 0, looked: 0 };
  const open = [outermost];
  let anchored = source.startsWith('^');
  // Letters beside each other, which are compared one after the other before a way is given up.
  let [plain, beside] = [1, 1];
  let place = 0;
  while (place < source.length) {
    const inner = open.at(-1)!;
    const character = source[place]!;
    let isGroup = false;
    if (character === '(') {
      const opening = at(OPENING, source, place)!;
      open.push({ look: /[=!]$/.test(opening), repeats: 0, forks: 0, looked: 0 });
      place += opening.length;
      continue;
    }
    if (character === '|') {
      inner.forks++;
      if (inner === outermost) anchored = false;
      place++;
      continue;
    }
    if (character === ')') {
      isGroup = true;
      place++;
      open.pop();
      const outer = open.at(-1);
      if (outer === undefined) return UNKNOWN;
      outer.forks += inner.forks;
      if (inner.look) {
        outer.looked = Math.max(outer.looked, inner.repeats + inner.looked);
        outer.forks++;
      } else {
        outer.looked = Math.max(outer.looked, inner.looked);
        outer.repeats += inner.repeats;
      }
    } else {
      place = character === '[' ? classEnd(source, place) : place + (character === '\\' ? 2 : 1);
      plain = Math.max(plain, ++beside);
    }
    const quantifier = at(QUANTIFIER, source, place);
    if (quantifier === undefined) continue;
    place += quantifier.length;
    // Lazy: the same ways in another order.
    if (source[place] === '?') place++;
    beside = 1;
    const outer = open.at(-1)!;
    if (quantifier === '?') outer.forks++;
    // What a group matches again and again can be parted in as many ways as a number: without end.
    else if (isGroup) outer.repeats = Infinity;
    // At the end it matches what it can and nothing after it can fail.
    else if (outer !== outermost || place < source.length) outer.repeats++;
  }
  return { degree: outermost.repeats + outermost.looked + (anchored ? 0 : 1), forks: outermost.forks, plain };
}

/** Past the "]" that closes the class at `begin`. */
function classEnd(source: string, begin: number): number {
  let end = begin + 1;
  while (end < source.length && source[end] !== ']') end += source[end] === '\\' ? 2 : 1;
  return end + 1;
}
