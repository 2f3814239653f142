/**
 * The runs filter as an expression over fields: `lr > 1e-3 and val/acc.max >= .9 and name ~ "resnet"`. Pure: what there is and what the
 * values are is given. docs/runs.md describes the language; a mistake says where it is and what was expected.
 *
 *     any      = all ("or" all)*
 *     all      = one ("and" one)*
 *     one      = "not" one | "(" any ")" | field sign value | field ["not"] "in" "(" value ("," value)* ")" | field | words
 */

import { compareValues, FIGURES, metricId, parseField, type FieldType, type FieldValue } from './field';
import { parseFilter } from './filter';
import { compareNatural } from './natural';
import { own } from './own';
import { Mistake, SIGNS, tokens, type Sign, type Token } from './token';

/** A field that may be asked for. */
export interface KnownField {
  /** As it is written: `lr`, `val/acc`, `state`. */
  readonly name: string;
  readonly id: string;
  readonly type: FieldType;
  /** All its values, or those worth offering. */
  readonly values: readonly (string | number | boolean)[];
  /** It has no values but these. */
  readonly closed?: boolean;
}

/** Of a run's tags there are several: a comparison holds when it holds for one of them. */
export type Asked = FieldValue | readonly string[];

/** A run, as far as a filter looks at it. */
export interface Subject {
  /** Its name, and its alias when it has one. */
  readonly names: readonly string[];
  value: (id: string) => Asked;
}

export interface Expression {
  test: (run: Subject) => boolean;
  /** Ids of the fields it asks for. */
  readonly fields: readonly string[];
}

/** Longer and deeper is no filter that somebody wrote. */
const LONGEST = 5000;
const DEEPEST = 100;
/** A field that stands behind other words is looked for in so many. */
const MOST_WORDS = 20;
/** A name that is longer is no slip of the pen of one that is there. */
const LONGEST_NEAR = 100;

const KEYWORD = /^(and|or|not|in)$/i;
/** These stand for the runs that are so, even alone. */
const ALONE = /^(?:not\s+)?(starred|hidden)$/i;

/**
 * Is a text an expression, rather than text or a regular expression to be found in names? It is by a comparison, by `and` or `or` between
 * words, by `not` at the beginning, by `in (`, by `tag "..."`. What is in slashes is a regular expression, what is in quotes is text, and
 * `(?` is found in regular expressions only.
 */
export function isExpression(text: string): boolean {
  const trimmed = text.trim();
  if (/^\/.*\/$/.test(trimmed) || trimmed.includes('(?')) return false;
  if (ALONE.test(trimmed)) return true;
  const found = tokens(text, true);
  if (found.length < 2) return false;
  return found.some((token, i) => {
    const [before, after] = [found[i - 1], found[i + 1]];
    if (token.kind === 'word') {
      const word = token.text.toLowerCase();
      if (word === 'and' || word === 'or') return i > 0;
      if (word === 'not') return i === 0;
      if (word === 'in') return i > 0 && after?.kind === '(';
      return word === 'tag' && after?.kind === 'quoted' && (before === undefined || before.kind !== 'word');
    }
    if (token.kind !== 'sign' || !isOperand(before)) return false;
    const apart = /\s/.test(text[token.at - 1] ?? ' ');
    // `=>` and `<>` are no comparisons, and no name has them between words: the mistake is said.
    if (apart && after?.kind === 'sign' && after.at === token.end) return true;
    const next = text[token.end];
    if (next === undefined) return apart;
    if (token.text === '=' || token.text === '~') return apart && /[\s"'\d.+-]/.test(next);
    return token.text === '==' || token.text[0] === '!' || /[\s"'\d.+-]/.test(next);
  });
}

/** A comparison that was written without spaces, and so is looked for in names: of `lr=0.1` it is `lr = 0.1`. Null where there is none. */
export function comparisonMeant(text: string, known: readonly KnownField[]): string | null {
  for (const token of tokens(text, true)) {
    const [, name, sign, value] = (token.kind === 'word' && /^([^=~]+)([=~])([^=~]+)$/.exec(token.text)) || [];
    if (name !== undefined && findField(name, known)) return `${name} ${sign} ${value}`;
  }
  return null;
}

function isOperand(token: Token | undefined): boolean {
  return token?.kind === 'quoted' || (token?.kind === 'word' && /[\p{L}\p{N}]/u.test(token.text));
}

/** The field a name means; undefined when it means none. Case matters only where it tells two apart. */
export function findField(name: string, known: readonly KnownField[]): KnownField | undefined {
  const field = parseField(name);
  if (field !== null) {
    const id = field.kind === 'metric' ? metricId(field.tag, 'last') : name;
    const found = known.find((one) => one.id === id);
    if (found) return { ...found, id: name };
  }
  return find(name, known, (text) => text) ?? find(name, known, (text) => text.toLowerCase());
}

function find(name: string, known: readonly KnownField[], fold: (text: string) => string): KnownField | undefined {
  const wanted = fold(name);
  const same = known.find((one) => fold(one.name) === wanted);
  if (same) return same;
  const figure = FIGURES.find((one) => wanted.endsWith(`.${one}`));
  if (figure === undefined) return undefined;
  const tag = wanted.slice(0, -figure.length - 1);
  const metric = known.find((one) => fold(one.name) === tag && parseField(one.id)?.kind === 'metric');
  return metric && { ...metric, id: metricId(metric.name, figure) };
}

/** Reads an expression. A {@link Mistake} is thrown where it is none. */
export function parseExpression(text: string, known: readonly KnownField[]): Expression {
  const parser = new Parser(text, known);
  const test = parser.whole();
  return { test, fields: [...parser.fields] };
}

/** Signs of other languages, or with their halves the wrong way round. */
const MEANT: Readonly<Record<string, Sign>> = {
  '=>': '>=',
  '=<': '<=',
  '<>': '!=',
  '===': '==',
  '!==': '!=',
  '=~': '~',
  '~=': '~',
};

type Test = (run: Subject) => boolean;

/** A value as it was written. */
interface Said {
  readonly text: string;
  readonly quoted: boolean;
  readonly at: number;
  readonly end: number;
}

class Parser {
  readonly fields = new Set<string>();
  readonly #text: string;
  readonly #known: readonly KnownField[];
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(text: string, known: readonly KnownField[]) {
    this.#text = text;
    this.#known = known;
    this.#tokens = tokens(text);
    if (text.length > LONGEST)
      throw new Mistake(`A filter has ${LONGEST} letters at most: this has ${text.length}.`, LONGEST, text.length);
  }

  whole(): Test {
    const test = this.#any();
    const left = this.#peek();
    if (left?.kind === ')') throw new Mistake('This bracket was never opened.', left.at, left.end);
    if (left) throw this.#expected('“and” or “or”');
    return test;
  }

  #any(): Test {
    const tests = [this.#all()];
    while (this.#word('or')) tests.push(this.#all());
    return tests.length === 1 ? tests[0]! : (run) => tests.some((test) => test(run));
  }

  #all(): Test {
    const tests = [this.#one()];
    while (this.#word('and')) tests.push(this.#one());
    return tests.length === 1 ? tests[0]! : (run) => tests.every((test) => test(run));
  }

  #one(): Test {
    const token = this.#peek();
    if (this.#word('not')) {
      const test = this.#inside(token!, () => this.#one());
      return (run) => !test(run);
    }
    if (token?.kind === '(') {
      this.#at++;
      const test = this.#inside(token, () => this.#any());
      if (this.#peek()?.kind !== ')') throw this.#expected('“)”', token);
      this.#at++;
      return test;
    }
    if (token === undefined || (token.kind !== 'word' && token.kind !== 'quoted') || isKeyword(token))
      throw this.#expected('a field, part of a name, “not” or “(”');
    const words = this.#words();
    const next = this.#peek();
    if (next?.kind === 'sign') return this.#comparison(this.#field(words), next.text);
    if (next && isKeyword(next, 'in')) return this.#among(this.#field(words));
    if (next && isKeyword(next, 'not') && isKeyword(this.#tokens[this.#at + 1], 'in')) {
      this.#at++;
      const field = this.#field(words);
      const test = this.#among(field);
      return (run) => isThere(run.value(field.id)) && !test(run);
    }
    return this.#named(words);
  }

  /** What stands behind "not" or "(": each calls for one more of what reads and of what tests. */
  #inside(token: Token, read: () => Test): Test {
    if (++this.#depth > DEEPEST)
      throw new Mistake(`“not” and brackets are in each other more than ${DEEPEST} deep here.`, token.at, token.end);
    const test = read();
    this.#depth--;
    return test;
  }

  /** Words beside each other: a name that has spaces, or what is looked for in names. */
  #words(): readonly Token[] {
    const begin = this.#at;
    for (let token = this.#peek(); token?.kind === 'word' || token?.kind === 'quoted'; token = this.#peek()) {
      if (isKeyword(token)) break;
      this.#at++;
    }
    return this.#tokens.slice(begin, this.#at);
  }

  #comparison(field: KnownField, sign: Sign): Test {
    const token = this.#tokens[this.#at++]!;
    const next = this.#peek();
    if (next?.kind === 'sign' && next.at === token.end) {
      const said = token.text + next.text;
      const meant = own(MEANT, said);
      const want = meant === undefined ? SIGNS.join(' ') : `“${meant}”`;
      throw new Mistake(`“${said}” is no comparison: want ${want}.`, token.at, next.end);
    }
    const value = this.#value(field, token);
    return compare(this.#ask(field), sign, this.#literal(field, sign, value), field);
  }

  #among(field: KnownField): Test {
    this.#at++;
    const opened = this.#peek();
    if (opened?.kind !== '(') throw this.#expected('“(” and a list of values');
    this.#at++;
    const tests: Test[] = [];
    do {
      const value = this.#value(field, opened);
      tests.push(compare(this.#ask(field), '=', this.#literal(field, '=', value), field));
    } while (this.#peek()?.kind === ',' && this.#at++ >= 0);
    if (this.#peek()?.kind !== ')') throw this.#expected('“,” or “)”', opened);
    this.#at++;
    return (run) => tests.some((test) => test(run));
  }

  /** What a field is compared with: one word, or several beside each other. */
  #value(field: KnownField, after: Token): Said {
    const words = this.#words();
    const [first] = words;
    if (first === undefined) throw this.#expected(`${wanted(field)} after “${after.text}”`);
    const end = words.at(-1)!.end;
    // What follows a whole value is no part of it: something is missing between them.
    const second = words[1];
    if (second && (first.kind === 'quoted' || (field.type === 'number' && parseNumber(first.text) !== null))) {
      const want = after.kind === '(' ? '“,” or “)”' : '“and” or “or”';
      throw new Mistake(`Want ${want} here, got “${second.text}”.`, second.at, second.end);
    }
    return {
      text: words.length === 1 ? first.text : this.#text.slice(first.at, end),
      quoted: words.length === 1 && first.kind === 'quoted',
      at: first.at,
      end,
    };
  }

  #literal(field: KnownField, sign: Sign, value: Said): Literal {
    const { text, at, end } = value;
    if (sign === '~' || sign === '!~') {
      const { test, error } = parseFilter(`(?:${text})`);
      if (error !== null) throw new Mistake(error, at, end);
      return { text, number: NaN, test };
    }
    const number = parseNumber(text);
    const order = sign !== '=' && sign !== '==' && sign !== '!=';
    if (field.type === 'number' && number === null) {
      const date = field.id === 'started' ? Date.parse(text) / 1000 : NaN;
      if (Number.isNaN(date))
        throw new Mistake(`${title(field)} is a number: want ${wanted(field)} here, got “${text}”.`, at, end);
      return { text, number: date };
    }
    if (field.type === 'bool') {
      if (order) throw new Mistake(`${title(field)} is true or false: want = or !=.`, at, end);
      if (!/^(true|false)$/i.test(text)) throw new Mistake(`${title(field)} is true or false, got “${text}”.`, at, end);
    }
    if (field.closed && !field.values.some((one) => String(one).toLowerCase() === text.toLowerCase()))
      throw new Mistake(`${title(field)} is one of ${field.values.join(', ')}, got “${text}”.`, at, end);
    // Quotes say that it is text, where a value may be either.
    return { text, number: number ?? NaN, isNumber: number !== null && !(value.quoted && field.type !== 'number') };
  }

  #field(words: readonly Token[]): KnownField {
    const [first, last] = [words[0]!, words.at(-1)!];
    const text = words.length === 1 ? first.text : this.#text.slice(first.at, last.end);
    const field = findField(text, this.#known);
    if (field) return field;
    // Words before a field that is there: something is missing between them.
    const tail = words.findIndex(
      (word, i) =>
        i > Math.max(0, words.length - MOST_WORDS) &&
        findField(i === words.length - 1 ? last.text : this.#text.slice(word.at, last.end), this.#known),
    );
    if (tail > 0) throw new Mistake(`Want “and” or “or” before “${words[tail]!.text}”.`, words[tail]!.at, last.end);
    throw new Mistake(this.#unknown(text), first.at, last.end);
  }

  /** Why a text names no field, and what may have been meant. */
  #unknown(text: string): string {
    if (parseNumber(text) !== null) return `A comparison begins with its field: got “${text}”.`;
    const dot = text.lastIndexOf('.');
    const metric = dot > 0 ? findField(text.slice(0, dot), this.#known) : undefined;
    if (metric && parseField(metric.id)?.kind === 'metric')
      return `“${metric.name}” has no figure “${text.slice(dot + 1)}”: want ${FIGURES.join(', ')}.`;
    const near = nearest(text, this.#known);
    return `No field is called “${text}”.${near === null ? '' : ` Is it “${near}”?`}`;
  }

  /** No comparison: a field that is true or false, `tag "x"`, or words to be found in names. */
  #named(words: readonly Token[]): Test {
    const [first, second] = words;
    if (words.length === 1 && first!.kind === 'word') {
      const field = findField(first!.text, this.#known);
      if (field?.type === 'bool') {
        const ask = this.#ask(field);
        return (run) => ask(run) === true;
      }
    }
    if (words.length === 2 && first!.text.toLowerCase() === 'tag' && second!.kind === 'quoted') {
      const field = findField('tag', this.#known);
      if (field) return compare(this.#ask(field), '=', { text: second!.text, number: NaN }, field);
    }
    const last = words.at(-1)!;
    if (words.length === 1 && first!.kind === 'quoted') {
      const wanted = first!.text.toLowerCase();
      return (run) => run.names.some((name) => name.toLowerCase().includes(wanted));
    }
    const { test, error } = parseFilter(this.#text.slice(first!.at, last.end));
    if (error !== null) throw new Mistake(error, first!.at, last.end);
    return (run) => run.names.some(test);
  }

  #ask(field: KnownField): (run: Subject) => Asked {
    this.fields.add(field.id);
    return (run) => run.value(field.id);
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#at];
  }

  /** Takes a keyword if it is next. */
  #word(word: string): boolean {
    if (!isKeyword(this.#peek(), word)) return false;
    this.#at++;
    return true;
  }

  #expected(what: string, opened?: Token): Mistake {
    const token = this.#peek();
    const hint = opened?.kind === '(' ? ' for the bracket that was opened' : '';
    if (token === undefined) return new Mistake(`Want ${what}${hint} here.`, this.#text.length, this.#text.length);
    return new Mistake(`Want ${what}${hint} here, got “${token.text}”.`, token.at, token.end);
  }
}

function isKeyword(token: Token | undefined, word?: string): boolean {
  if (token?.kind !== 'word' || !KEYWORD.test(token.text)) return false;
  return word === undefined || token.text.toLowerCase() === word;
}

const title = (field: KnownField) => `“${field.name}”`;
const wanted = (field: KnownField) =>
  field.id === 'started' ? 'a date such as 2026-11-21' : field.type === 'number' ? 'a number' : 'a value';

interface Literal {
  readonly text: string;
  /** NaN where it is none, and where it says so. */
  readonly number: number;
  readonly isNumber?: boolean;
  /** Of `~`. */
  readonly test?: (text: string) => boolean;
}

const SUFFIX: Record<string, number> = { k: 1e3, M: 1e6, G: 1e9, '%': 0.01, s: 1, min: 60, h: 3600, d: 86_400 };

/** `5k`, `1e-3`, `.9`, `90%`, `2h`, `-inf`, `nan`; null for anything else. */
export function parseNumber(text: string): number | null {
  if (/^nan$/i.test(text)) return NaN;
  const infinite = /^([+-]?)inf(?:inity)?$/i.exec(text);
  if (infinite) return infinite[1] === '-' ? -Infinity : Infinity;
  const match = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)([kKMG%shd]|min)?$/.exec(text);
  if (match === null) return null;
  const unit = match[2] === 'K' ? 'k' : match[2];
  return Number(match[1]) * (unit === undefined ? 1 : SUFFIX[unit]!);
}

function isThere(value: Asked): boolean {
  return value !== null && value !== undefined;
}

type Relation = '=' | '~' | '<' | '>' | '<=' | '>=';
const POSITIVE: Record<Sign, Relation> = {
  '=': '=',
  '==': '=',
  '!=': '=',
  '~': '~',
  '!~': '~',
  '<': '<',
  '>': '>',
  '<=': '<=',
  '>=': '>=',
};

function compare(ask: (run: Subject) => Asked, sign: Sign, literal: Literal, field: KnownField): Test {
  const negative = sign[0] === '!';
  const holds = relation(POSITIVE[sign], literal, field);
  return (run) => {
    const value = ask(run);
    if (!isThere(value)) return false;
    const found = Array.isArray(value) ? value.some(holds) : holds(value as FieldValue);
    return found !== negative;
  };
}

/** Does a value that is there stand so to the literal? Case does not matter. */
function relation(sign: Relation, literal: Literal, field: KnownField): (value: FieldValue) => boolean {
  if (literal.test) return (value) => literal.test!(String(value));
  const text = literal.text.toLowerCase();
  const isNumber = field.type === 'number' || literal.isNumber === true;
  const meets = (order: number) =>
    sign === '='
      ? order === 0
      : sign === '<'
        ? order < 0
        : sign === '>'
          ? order > 0
          : sign === '<='
            ? order <= 0
            : order >= 0;
  return (value) => {
    if (typeof value === 'boolean') return sign === '=' && String(value) === text;
    const number = typeof value === 'number' ? value : isNumber ? parseNumber(String(value)) : null;
    if (number !== null && (isNumber || typeof value === 'number')) {
      if (!isNumber) return false;
      if (Number.isNaN(number) || Number.isNaN(literal.number))
        return sign === '=' && Number.isNaN(number) && Number.isNaN(literal.number);
      return meets(compareValues(number, literal.number));
    }
    const own = String(value).toLowerCase();
    return meets(own === text ? 0 : compareNatural(own, text));
  };
}

/** The field whose name is most like this one, if any is. */
export function nearest(name: string, known: readonly KnownField[]): string | null {
  if (name.length > LONGEST_NEAR) return null;
  const wanted = name.toLowerCase();
  const last = wanted.split(/[/.]/).at(-1)!;
  const inside = known.find((one) => one.name.toLowerCase().split(/[/.]/).includes(last));
  if (inside) return inside.name;
  let best: { name: string; distance: number } | null = null;
  for (const one of known.slice(0, 2000)) {
    const distance = editDistance(wanted, one.name.toLowerCase());
    if (distance <= Math.max(1, wanted.length / 4) && (best === null || distance < best.distance))
      best = { name: one.name, distance };
  }
  return best?.name ?? null;
}

/** Letters to change, add or drop (Levenshtein). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    row = next;
  }
  return row[b.length]!;
}
