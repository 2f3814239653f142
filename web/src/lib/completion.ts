/** What may come next in a filter expression: fields, figures of a metric, signs, values, `and` and `or`. Pure. */

import { findField, parseNumber, type KnownField } from './expression';
import { FIGURES, parseField } from './field';
import { quote, tokens, type Token } from './token';

export interface Suggestion {
  /** What is put in. */
  readonly text: string;
  /** What is read in the list. */
  readonly label: string;
  /** Quiet, beside it. */
  readonly note: string;
}

export interface Completion {
  /** The part of the text that is replaced. */
  readonly from: number;
  readonly to: number;
  /** Something stands before it: until this word is whole the text would mean something else. */
  readonly begun: boolean;
  readonly suggestions: readonly Suggestion[];
}

const MOST = 50;
const CONNECTIVES = ['and', 'or'];
const WORDS: Record<KnownField['type'], string> = {
  number: 'number',
  text: 'text',
  bool: 'true or false',
  mixed: 'values',
};

/** What may stand at `caret`; null when there is nothing to say. */
export function complete(text: string, caret: number, known: readonly KnownField[]): Completion | null {
  const before = tokens(text.slice(0, caret), true);
  const last = before.at(-1);
  // The word that the caret stands at the end of is what is being written.
  const partial = last && (last.kind === 'word' || last.kind === 'quoted') && last.end === caret ? last : undefined;
  const done = partial ? before.slice(0, -1) : before;
  const written = partial?.text ?? '';
  const suggestions = suggest(text, done, written, known).slice(0, MOST);
  if (suggestions.length === 0 || (suggestions.length === 1 && suggestions[0]!.text.trim() === written)) return null;
  // With its quotes or without.
  const whole = suggestions.some((one) => one.text.trim() === written || one.label === written);
  // A number is one, whatever it may yet become.
  const counts = comparedField(text, done, known)?.type === 'number' && parseNumber(written) !== null;
  const begun = done.length > 0 && partial !== undefined && !whole && !counts;
  return { from: partial?.at ?? caret, to: caret, begun, suggestions };
}

function suggest(text: string, done: readonly Token[], written: string, known: readonly KnownField[]): Suggestion[] {
  const last = done.at(-1);
  const compared = comparedField(text, done, known);
  if (compared) return values(compared, written);
  if (last === undefined || last.kind === '(' || isWord(last, 'and', 'or', 'not')) return fields(written, known);
  if (isWord(last, 'in')) return [plain('(', 'a list of values')];
  if (last.kind === 'word' || last.kind === 'quoted') {
    const field = findField(phrase(text, done), known) ?? findField(last.text, known);
    if (field && !isValue(done)) {
      const signs = signsOf(field).filter((sign) => sign.text.startsWith(written));
      return written === '' || signs.length > 0 ? signs : starting(CONNECTIVES, written);
    }
  }
  if (last.kind === 'sign' || last.kind === ',') return [];
  return starting(CONNECTIVES, written);
}

const plain = (text: string, note = ''): Suggestion => ({ text: `${text} `, label: text, note });

function starting(words: readonly string[], written: string): Suggestion[] {
  return words.filter((word) => word.startsWith(written.toLowerCase()) && word !== written).map((word) => plain(word));
}

function isWord(token: Token | undefined, ...words: string[]): boolean {
  return token?.kind === 'word' && words.includes(token.text.toLowerCase());
}

/** The words at the end as they stand: a name may have spaces. */
function phrase(text: string, done: readonly Token[]): string {
  let first = done.length - 1;
  while (first > 0 && done[first - 1]!.kind === 'word' && !isWord(done[first - 1], 'and', 'or', 'not', 'in')) first--;
  return first === done.length - 1 ? done[first]!.text : text.slice(done[first]!.at, done.at(-1)!.end);
}

/** Is the last word what something is compared with? */
function isValue(done: readonly Token[]): boolean {
  const before = done.at(-2);
  return before?.kind === 'sign' || (before?.kind === 'word' && findSign(done.slice(0, -1)));
}

function findSign(done: readonly Token[]): boolean {
  for (let i = done.length - 1; i >= 0; i--) {
    const token = done[i]!;
    if (token.kind === 'sign') return true;
    if (token.kind !== 'word' || isWord(token, 'and', 'or', 'not')) return false;
  }
  return false;
}

/** The field whose value comes next: after a sign, or in a list. */
function comparedField(text: string, done: readonly Token[], known: readonly KnownField[]): KnownField | undefined {
  const last = done.at(-1);
  let end = -1;
  if (last?.kind === 'sign') end = done.length - 1;
  else if (last?.kind === '(' || last?.kind === ',') {
    let open = done.length - 1;
    while (open >= 0 && done[open]!.kind !== '(') open--;
    if (isWord(done[open - 1], 'in')) end = isWord(done[open - 2], 'not') ? open - 2 : open - 1;
  } else if (isWord(last, 'tag')) return undefined;
  if (end <= 0) return undefined;
  const named = done.slice(0, end);
  return findField(phrase(text, named), known) ?? findField(named.at(-1)!.text, known);
}

function values(field: KnownField, written: string): Suggestion[] {
  const all = field.type === 'bool' ? [true, false] : field.values;
  return all
    .map(String)
    .filter((value) => value.toLowerCase().includes(written.toLowerCase()))
    .map((value) => ({
      // Text that looks like a number is text.
      text: `${field.type !== 'number' && parseNumber(value) !== null ? `"${value}"` : quote(value)} `,
      label: value,
      note: '',
    }));
}

function signsOf(field: KnownField): Suggestion[] {
  const notes: Record<string, string> = {
    '>': 'more than',
    '>=': 'at least',
    '<': 'less than',
    '<=': 'at most',
    '=': 'equal',
    '!=': 'not equal',
    '~': 'matches a regular expression',
    'in (': 'one of',
  };
  const signs =
    field.type === 'number'
      ? ['>', '>=', '<', '<=', '=', '!=']
      : field.type === 'bool'
        ? ['=', '!=', ...CONNECTIVES]
        : ['=', '!=', '~', 'in ('];
  return signs.map((sign) => plain(sign, notes[sign] ?? ''));
}

/** Fields with these letters, those that begin so first; of a metric that is written out, its figures. */
function fields(written: string, known: readonly KnownField[]): Suggestion[] {
  const wanted = written.toLowerCase();
  const ranked: { rank: number; suggestion: Suggestion }[] = [];
  const add = (rank: number, name: string, note: string) =>
    ranked.push({ rank, suggestion: { text: `${figureQuoted(name)} `, label: name, note } });
  for (const field of known) {
    const name = field.name.toLowerCase();
    const at = name.indexOf(wanted);
    const metric = parseField(field.id)?.kind === 'metric';
    if (at >= 0) {
      const begins = at === 0 ? 0 : /[/_. -]/.test(name[at - 1]!) ? 1 : 2;
      add(begins, field.name, metric ? 'last value' : noteOf(field));
    }
    if (metric && wanted !== '' && (wanted.startsWith(`${name}.`) || wanted === name))
      for (const figure of FIGURES)
        if (figure !== 'last' && `${name}.${figure}`.startsWith(wanted)) add(1, `${field.name}.${figure}`, '');
    if (ranked.length > 1000) break;
  }
  const offered = ranked.sort((a, b) => a.rank - b.rank).map((one) => one.suggestion);
  return 'not'.startsWith(wanted) && wanted !== '' ? [...offered, plain('not')] : offered;
}

/** A quoted name has its figure after the quotes. */
function figureQuoted(name: string): string {
  const text = quote(name);
  if (!text.startsWith('"')) return text;
  const figure = FIGURES.find((one) => name.endsWith(`.${one}`));
  return figure === undefined ? text : `${quote(name.slice(0, -figure.length - 1))}.${figure}`;
}

function noteOf(field: KnownField): string {
  const few = field.values.slice(0, 3).map(String).join(', ');
  return few === '' || field.type === 'bool' ? WORDS[field.type] : `${few}${field.values.length > 3 ? ', …' : ''}`;
}
