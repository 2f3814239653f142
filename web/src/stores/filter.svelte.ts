/**
 * What stands in the field "Filter runs": text, a regular expression, or an expression over fields (lib/expression.ts, docs/runs.md).
 *
 *     filter.test(run)        does this run pass? The last good filter's answer while there is a mistake, or while values are on their way
 *     filter.mistake          { message, at, end } of what can't be read, or null
 *     filter.fields           ids that the expression asks for: somebody must `fields.need` them
 *     filter.meant            a comparison in it that is none, because it has no spaces: `lr = 0.1`; or null
 *     filter.known            KnownField[] that may be asked for, for completion
 */

import {
  comparisonMeant,
  isExpression,
  parseExpression,
  type Asked,
  type Expression,
  type KnownField,
} from '../lib/expression';
import { isPattern, parseFilter } from '../lib/filter';
import { Mistake } from '../lib/token';
import { fields } from './fields.svelte';
import { health } from './health.svelte';
import { catalogue } from './catalogue.svelte';
import { FIELDS as NOTE_FIELDS, notes, type NoteField } from './notes.svelte';
import { view } from './view.svelte';

type Test = (name: string) => boolean;

interface Read {
  readonly test: Test | null;
  readonly mistake: Pick<Mistake, 'message' | 'at' | 'end'> | null;
  readonly fields: readonly string[];
}

const ALL: Test = () => true;
const NONE: readonly string[] = [];

class RunFilter {
  #lastGood: Test = ALL;

  readonly known: readonly KnownField[] = $derived([
    ...fields.names.map((one): KnownField => ({
      name: one.name,
      id: one.id,
      type: one.type,
      values: one.values,
      closed: one.kind === 'built-in' && one.values.length > 0,
    })),
    ...NOTE_FIELDS.map((name): KnownField => ({
      name,
      id: `note:${name}`,
      type: name === 'starred' || name === 'hidden' ? 'bool' : 'text',
      values: name === 'tag' ? notes.tags : name === 'starred' || name === 'hidden' ? [true, false] : [],
    })),
  ]);

  readonly #read: Read = $derived.by(() => {
    const text = view.runFilter;
    if (!isExpression(text)) return readNames(text);
    let expression: Expression;
    try {
      expression = parseExpression(text, this.known);
    } catch (error) {
      if (!(error instanceof Mistake)) throw error;
      // A name may be one that has not come yet.
      const complete = fields.named && catalogue.whole;
      return { test: null, mistake: complete ? error : null, fields: NONE };
    }
    const asked = expression.fields;
    const waiting = asked.some((id) => !id.startsWith(NOTE) && !fields.known(id));
    // What each field is, is found out once, not for each of ten thousand runs.
    const readers = new Map(asked.map((id) => [id, readerOf(id)]));
    const value = (name: string, id: string) => readers.get(id)!(name);
    return { test: waiting ? null : (name) => expression.test(subject(name, value)), mistake: null, fields: asked };
  });

  readonly #test: Test = $derived.by(() => {
    const { test } = this.#read;
    if (test !== null) this.#lastGood = test;
    return this.#lastGood;
  });

  get mistake() {
    return this.#read.mistake;
  }

  get fields(): readonly string[] {
    return this.#read.fields;
  }

  get meant(): string | null {
    return comparisonMeant(view.runFilter, this.known);
  }

  test(name: string): boolean {
    return this.#test(name);
  }
}

const NOTE = 'note:';

/** Text or a regular expression, to be found in the name or the alias. */
function readNames(text: string): Read {
  const { inside, how } = unwrap(text);
  const { test, error, at } =
    how === 'text'
      ? { test: (name: string) => name.toLowerCase().includes(inside.toLowerCase()), error: null, at: null }
      : parseFilter(inside);
  // What was unwrapped stands elsewhere in the text.
  const place = at !== null && inside === text ? at : { at: 0, end: text.length };
  if (error !== null) return { test: null, mistake: { message: error, ...place }, fields: NONE };
  return { test: (name) => test(name) || test(notes.aliases.get(name) ?? name), mistake: null, fields: NONE };
}

/**
 * Quotes say that it is text, slashes that it is a regular expression. Of a plain word between slashes they are a part: `/train/` is found
 * in paths.
 */
function unwrap(text: string): { inside: string; how: 'text' | 'either' } {
  const [, quoted] = /^\s*"([^"]+)"\s*$/.exec(text) ?? [];
  if (quoted !== undefined) return { inside: quoted, how: 'text' };
  const [, pattern] = /^\s*\/(.+)\/\s*$/.exec(text) ?? [];
  const outright = pattern !== undefined && (isExpression(pattern) || isPattern(pattern));
  // `lr > 1` has no character that means something: parentheses make sure that it is read as an expression.
  return { inside: outright ? `(?:${pattern})` : text, how: 'either' };
}

function readerOf(id: string): (name: string) => Asked {
  if (id === 'health') return (name) => health.words(name);
  if (!id.startsWith(NOTE)) return fields.reader(id);
  return (name) => notes.field(name, id.slice(NOTE.length) as NoteField);
}

function subject(name: string, value: (name: string, id: string) => Asked) {
  const alias = notes.aliases.get(name);
  return {
    names: alias === undefined ? [name] : [name, alias],
    value: (id: string) => value(name, id),
  };
}

export const filter = new RunFilter();
