import { expect, test } from 'vitest';
import { complete } from './completion';
import { parseExpression, type KnownField } from './expression';
import { metricId } from './field';

const KNOWN: KnownField[] = [
  { name: 'step', id: 'step', type: 'number', values: [] },
  { name: 'state', id: 'state', type: 'text', values: ['live', 'finished', 'stale'], closed: true },
  { name: 'starred', id: 'note:starred', type: 'bool', values: [true, false] },
  { name: 'lr', id: 'hparam:lr', type: 'number', values: [0.1, 0.01] },
  { name: 'opt name', id: 'hparam:opt name', type: 'text', values: ['adam', 'a b', '10'] },
  { name: 'val/acc', id: metricId('val/acc', 'last'), type: 'number', values: [] },
  { name: 'my acc', id: metricId('my acc', 'last'), type: 'number', values: [] },
];

/** What the list offers where `|` stands. */
const offered = (marked: string) => {
  const caret = marked.indexOf('|');
  return complete(marked.replace('|', ''), caret, KNOWN)?.suggestions.map((one) => one.label) ?? [];
};
/** The text after the first one was taken. */
const taken = (marked: string, at = 0) => {
  const caret = marked.indexOf('|');
  const text = marked.replace('|', '');
  const found = complete(text, caret, KNOWN)!;
  return text.slice(0, found.from) + found.suggestions[at]!.text + text.slice(found.to);
};

test.each([
  ['st|', ['step', 'state', 'starred']],
  ['acc|', ['val/acc', 'my acc']],
  ['val/acc.|', ['val/acc.best', 'val/acc.min', 'val/acc.max', 'val/acc.mean', 'val/acc.first']],
  ['val/acc.m|', ['val/acc.min', 'val/acc.max', 'val/acc.mean']],
  ['lr > 1 and st|', ['step', 'state', 'starred']],
  ['not (ste|', ['step']],
  ['state |', ['=', '!=', '~', 'in (']],
  ['lr |', ['>', '>=', '<', '<=', '=', '!=']],
  ['state = |', ['live', 'finished', 'stale']],
  ['state = fin|', ['finished']],
  ['state in (live, |', ['live', 'finished', 'stale']],
  ['state not in (sta|', ['stale']],
  ['opt name = |', ['adam', 'a b', '10']],
  ['starred = |', ['true', 'false']],
  ['lr > 0.1 |', ['and', 'or']],
  ['state = live o|', ['or']],
  ['zzz|', []],
  ['step > |', []],
])('%s', (marked, expected) => {
  expect(offered(marked)).toEqual(expected);
});

test('what is taken is put in the place of what was written, quoted where it must be', () => {
  expect(taken('lr > 1 and st| and x')).toBe('lr > 1 and step  and x');
  expect(taken('opt|')).toBe('"opt name" ');
  expect(taken('"my acc".ma|')).toBe('"my acc".max ');
  expect(taken('opt name = |', 1)).toBe('opt name = "a b" ');
  expect(taken('opt name = |', 2)).toBe('opt name = "10" ');
});

test('whatever the list builds is an expression', () => {
  let seed = 99;
  const random = (n: number) => (seed = (seed * 48271) % 2147483647) % n;
  let finished = 0;
  for (let round = 0; round < 500; round++) {
    let text = '';
    for (let step = 0; step < 12; step++) {
      const found = complete(text, text.length, KNOWN);
      if (found === null) text += '1 ';
      else text = text.slice(0, found.from) + found.suggestions[random(found.suggestions.length)]!.text;
      if (/\( *$/.test(text)) text += `${complete(text, text.length, KNOWN)?.suggestions[0]!.text ?? '1'}) `;
      try {
        parseExpression(text, KNOWN);
        finished++;
      } catch {
        continue; // Not finished yet.
      }
    }
  }
  expect(finished).toBeGreaterThan(1000);
});

test('fields that begin so come before those that have it at a part, and those before the rest', () => {
  const known: KnownField[] = ['grad', 'lr/rate', 'rate'].map((name) => ({
    name,
    id: `hparam:${name}`,
    type: 'number',
    values: [],
  }));
  expect(complete('ra', 2, known)!.suggestions.map((one) => one.label)).toEqual(['rate', 'lr/rate', 'grad']);
});

test('a word after another is begun until it is one of those that may stand there', () => {
  const begun = (text: string) => complete(text, text.length, KNOWN)?.begun;
  expect([begun('lr > 1 and st'), begun('lr > 1 and state'), begun('st')]).toEqual([true, undefined, false]);
  const twins = [...KNOWN, { name: 'lrs', id: 'hparam:lrs', type: 'number', values: [] } as const];
  expect(complete('step > 1 and lr', 15, twins)?.begun).toBe(false);
  const ill = [{ name: 'health', id: 'health', type: 'text', values: ['nan', 'not nan'] } as const];
  expect(complete('health = nan', 12, ill)).toMatchObject({ begun: false, suggestions: [{ text: '"nan" ' }, {}] });
  const digits = [{ name: 'lr', id: 'hparam:lr', type: 'number', values: [0.1, 0.01] } as const];
  expect(complete('lr > 0', 6, digits)).toMatchObject({ begun: false, suggestions: [{}, {}] });
});
