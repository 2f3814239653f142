/**
 * The words of a filter expression: `val/acc.max >= .9 and not "my run"`. Pure.
 *
 * Names of runs and tags hold almost any character, so little is special: white space parts words, quotes keep one together, and of the
 * comparisons `=` and `~` count only at the beginning of a word (`lr = 0.1` compares, `lr=0.1` is a piece of a name).
 */

export type Token =
  | { readonly kind: 'word' | 'quoted'; readonly text: string; readonly at: number; readonly end: number }
  | { readonly kind: 'sign'; readonly text: Sign; readonly at: number; readonly end: number }
  | { readonly kind: '(' | ')' | ','; readonly text: string; readonly at: number; readonly end: number };

export const SIGNS = ['<=', '>=', '==', '!=', '!~', '<', '>', '=', '~'] as const;
export type Sign = (typeof SIGNS)[number];

/** What can't be read, and where. */
export class Mistake extends Error {
  readonly at: number;
  readonly end: number;

  constructor(message: string, at: number, end: number) {
    super(message);
    this.at = at;
    this.end = Math.max(end, at);
  }
}

const FIGURE_AFTER_QUOTE = /^\.(last|best|min|max|mean|first)(?![^\s()<>=!~,])/;
const FIGURE_BEGUN = /^\.[a-z]*/;

/** The words of a text. With `open` it is still being written: a quote that is not closed goes to the end; otherwise that is a {@link Mistake}. */
export function tokens(text: string, open = false): Token[] {
  const found: Token[] = [];
  let at = 0;
  /** Brackets that belong to a list: in them a comma parts. */
  let list = 0;
  let depth = 0;
  while (at < text.length) {
    const character = text[at]!;
    if (/\s/.test(character)) {
      at++;
      continue;
    }
    const sign = SIGNS.find((one) => text.startsWith(one, at));
    if (sign !== undefined) {
      found.push({ kind: 'sign', text: sign, at, end: at + sign.length });
      at += sign.length;
    } else if (character === '(' || character === ')') {
      const before = found.at(-1);
      if (character === '(') {
        depth++;
        if (list === 0 && before?.kind === 'word' && before.text.toLowerCase() === 'in') list = depth;
      } else {
        if (list === depth) list = 0;
        depth--;
      }
      found.push({ kind: character, text: character, at, end: at + 1 });
      at++;
    } else if (character === ',' && list > 0) {
      found.push({ kind: ',', text: ',', at, end: at + 1 });
      at++;
    } else if (character === '"' || character === "'") {
      const quoted = readQuoted(text, at, open);
      const figure = (open ? FIGURE_BEGUN : FIGURE_AFTER_QUOTE).exec(text.slice(quoted.end));
      // "my tag".max names a figure of it.
      const end = quoted.end + (figure?.[0].length ?? 0);
      found.push({ kind: 'quoted', text: quoted.text + (figure?.[0] ?? ''), at, end });
      at = end;
    } else {
      const end = wordEnd(text, at, list > 0);
      found.push({ kind: 'word', text: text.slice(at, end), at, end });
      at = end;
    }
  }
  return found;
}

function readQuoted(text: string, at: number, open: boolean): { text: string; end: number } {
  const quote = text[at]!;
  let inside = '';
  for (let i = at + 1; i < text.length; i++) {
    // Other backslashes stay: they are a regular expression's.
    if (text[i] === '\\' && (text[i + 1] === quote || text[i + 1] === '\\')) inside += text[++i]!;
    else if (text[i] === quote) return { text: inside, end: i + 1 };
    else inside += text[i]!;
  }
  if (open) return { text: inside, end: text.length };
  throw new Mistake(`This quote is not closed: want another ${quote} after the text.`, at, text.length);
}

/** A word goes on to white space, a comparison, a bracket that it has not opened, and in a list to a comma. */
function wordEnd(text: string, begin: number, inList: boolean): number {
  let brackets = 0;
  let at = begin;
  for (; at < text.length; at++) {
    const character = text[at]!;
    if (/\s/.test(character)) break;
    if (character === '<' || character === '>' || /^(==|!=|!~)/.test(text.slice(at, at + 2))) break;
    if (character === ',' && inList && brackets === 0) break;
    if (character === '(') {
      if (/^(and|or|not|in)$/i.test(text.slice(begin, at))) break;
      brackets++;
    } else if (character === ')' && --brackets < 0) break;
  }
  return at;
}

/** A text as one word of an expression: quoted where it would be read as more or as something else. */
export function quote(text: string): string {
  const plain =
    /^[^\s"'(),<>=!~/][^\s"'(),<>!~]*$/.test(text) && !text.includes('==') && !/^(and|or|not|in)$/i.test(text);
  return plain ? text : `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
