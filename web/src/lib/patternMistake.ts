/**
 * Where a regular expression is wrong: the browser says what, and never where. By ECMAScript's grammar without the flag `u`, to which a
 * brace that begins no number is a plain character (ECMA-262, 22.2.1 and annex B.1.2). Pure.
 */

export interface Place {
  readonly at: number;
  readonly end: number;
}

const GROUP = /\((?:\?(?:[:=!]|<[=!]|<(?<name>[\p{ID_Start}$_][\p{ID_Continue}$]*)>|[ims]*(?:-[ims]*)?:))?/uy;
const REPEAT = /(?:[*+?]|\{(\d+)(?:,(\d*))?\})\??/y;

function match(pattern: RegExp, source: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(source);
}

/** The first place that makes this no regular expression; null where none does. */
export function placeOfMistake(source: string): Place | null {
  const open: { at: number; behind: boolean }[] = [];
  const names = new Map<string, number>();
  /** Whether what stands before can be repeated. */
  let repeatable = false;
  let at = 0;
  while (at < source.length) {
    const character = source[at]!;
    const repeat = match(REPEAT, source, at);
    if (repeat !== null) {
      const [text, least, most] = repeat;
      const reversed = least !== undefined && most !== undefined && most !== '' && BigInt(most) < BigInt(least);
      if (!repeatable || reversed) return { at, end: at + text.length };
      repeatable = false;
      at += text.length;
    } else if (character === '(') {
      const opening = match(GROUP, source, at)!;
      const [text] = opening;
      const name = opening.groups?.['name'];
      if (text === '(' && source[at + 1] === '?') return { at, end: endOfGroupHead(source, at) };
      if (name !== undefined && names.get(name) === open.length) return { at, end: at + text.length };
      if (name !== undefined) names.set(name, open.length);
      open.push({ at, behind: text.startsWith('(?<') && name === undefined });
      repeatable = false;
      at += text.length;
    } else if (character === ')') {
      const group = open.pop();
      if (group === undefined) return { at, end: at + 1 };
      // What is looked back at stands nowhere, and is not repeated.
      repeatable = !group.behind;
      at++;
    } else if (character === '[') {
      const found = readClass(source, at);
      if (typeof found !== 'number') return found;
      repeatable = true;
      at = found;
    } else if (character === '\\') {
      if (at + 1 === source.length) return { at, end: at + 1 };
      // A boundary of words stands nowhere.
      repeatable = !/[bB]/.test(source[at + 1]!);
      at += 2;
    } else {
      repeatable = !/[|^$]/.test(character);
      at++;
    }
  }
  const last = open.at(-1);
  return last === undefined ? null : { at: last.at, end: last.at + 1 };
}

/** What can be seen of a group that begins with `(?` and goes on wrongly. */
function endOfGroupHead(source: string, at: number): number {
  const close = source.slice(at).search(/[>:)]/);
  return close < 0 ? source.length : at + close + 1;
}

const CONTROL: Readonly<Record<string, number>> = { b: 8, t: 9, n: 10, v: 11, f: 12, r: 13 };
/** A letter of a class: plain, escaped, or a number of it. */
const LETTER = /\\([0-3][0-7]{0,2}|[4-7][0-7]?)|\\x([\da-f]{2})|\\u([\da-f]{4})|\\?([^])/iy;

/** Past the "]" of the class at `begin`, or what is wrong with it. */
function readClass(source: string, begin: number): number | Place {
  let at = begin + (source[begin + 1] === '^' ? 2 : 1);
  /** The letter's number; NaN for what is several letters, which is never out of order. */
  const next = (): number => {
    const [text, octal, hexadecimal, unicode, plain] = match(LETTER, source, at)!;
    at += text.length;
    if (plain === undefined) return octal === undefined ? parseInt(hexadecimal ?? unicode!, 16) : parseInt(octal, 8);
    const escaped = text.length > 1;
    return escaped && /[dwsc]/i.test(plain) ? NaN : (escaped && CONTROL[plain]) || plain.charCodeAt(0);
  };
  while (at < source.length && source[at] !== ']') {
    const from = at;
    if (at + 1 === source.length && source[at] === '\\') break;
    const low = next();
    if (source[at] !== '-' || at + 1 >= source.length || source[at + 1] === ']') continue;
    at++;
    if (at + 1 === source.length && source[at] === '\\') break;
    if (low > next()) return { at: from, end: at };
  }
  return source[at] === ']' ? at + 1 : { at: begin, end: begin + 1 };
}
