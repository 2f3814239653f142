import { expect, test } from 'vitest';
import { metricId } from './field';
import {
  comparisonMeant,
  findField,
  isExpression,
  nearest,
  parseExpression,
  parseNumber,
  type Asked,
  type KnownField,
} from './expression';
import { Mistake, quote, tokens } from './token';

const number = (name: string, id = `hparam:${name}`): KnownField => ({ name, id, type: 'number', values: [] });
const KNOWN: KnownField[] = [
  { name: 'name', id: 'name', type: 'text', values: [] },
  number('step', 'step'),
  number('time', 'time'),
  number('started', 'started'),
  { name: 'state', id: 'state', type: 'text', values: ['live', 'finished', 'stale'], closed: true },
  { name: 'starred', id: 'starred', type: 'bool', values: [] },
  { name: 'tag', id: 'tag', type: 'text', values: [] },
  number('lr'),
  { name: 'opt', id: 'hparam:opt', type: 'text', values: ['adam', 'sgd'] },
  { name: 'mixed', id: 'hparam:mixed', type: 'mixed', values: [] },
  number('learning rate'),
  number('val/acc', metricId('val/acc', 'last')),
  number('odd (tag), "x"', metricId('odd (tag), "x"', 'last')),
];

const RUN: Record<string, Asked> = {
  step: 6000,
  time: 7300,
  started: Date.parse('2026-11-05') / 1000,
  state: 'live',
  starred: true,
  tag: ['paper', 'two words'],
  'hparam:lr': 3e-3,
  'hparam:opt': 'Adam',
  'hparam:mixed': '10',
  'hparam:learning rate': 0.5,
  'metric:val/acc.last': NaN,
  'metric:val/acc.max': 0.91,
  'metric:odd (tag), "x".last': 7,
};
const subject = (name: string, values: Record<string, Asked> = RUN) => ({
  names: [name],
  value: (id: string) => (id === 'name' ? name : values[id]),
});
const holds = (text: string, name = 'resnet18/seed 0') => parseExpression(text, KNOWN).test(subject(name));

test.each([
  ['lr > 1e-3 and val/acc.max >= .9 and name ~ "resnet"', true],
  ['lr>1e-3', true],
  ['step > 5k and not debug', true],
  ['step > 5k and not resnet', false],
  ['step > 0.1M or time >= 2h', true],
  ['not (lr < 1 and state = live)', false],
  ['not lr < 1 or state = live', true],
  ['lr = 0.003', true],
  ['lr == 0.003 and lr != 0.1', true],
  ['LR > 0 AND Val/Acc.MAX > 90%', true],
  ['opt = adam', true],
  ['opt != "sgd" and opt in (sgd, adam)', true],
  ['opt not in (sgd, lion)', true],
  ['opt ~ ^ad', true],
  ['opt !~ "^ad"', false],
  ['state in (stale, finished)', false],
  ['starred and lr > 0', true],
  ['starred = false', false],
  ['tag "paper"', true],
  ['tag = "two words" and tag != draft', true],
  ['tag != paper', false],
  ['tag ~ ^two', true],
  ['learning rate > 0.1', true],
  ['"learning rate" > 0.1', true],
  ['"odd (tag), \\"x\\"" = 7', true],
  ['hparam:lr > 0 and metric:val/acc.max > 0', true],
  ['val/acc = nan', true],
  ['val/acc != nan', false],
  ['val/acc < 1 or val/acc >= 1', false],
  ['mixed = 10', true],
  ['mixed > 9', true],
  ['mixed = "10"', true],
  ['started > 2026-11-01', true],
  ['started > "2026-11-06 10:00"', false],
  ['resnet18/seed 0 and lr > 0', true],
  ['seed.(0|1) and lr > 0', true],
  ['seed 0 and lr > 0', true],
  ['name ~ "(vit|resnet).*0$" and lr > 0', true],
  ['(vit|resnet) and lr > 0', true],
  ['"seed 0" and not "seed 1"', true],
])('%s', (text, expected) => {
  expect(isExpression(text)).toBe(true);
  expect(holds(text)).toBe(expected);
});

test('a run without a value passes no comparison, and passes what denies it', () => {
  const bare = subject('bare', {});
  const passes = (text: string) => parseExpression(text, KNOWN).test(bare);
  for (const text of ['lr > 0', 'lr != 1', 'opt !~ a', 'opt not in (a)', 'starred = false', 'val/acc = nan'])
    expect(passes(text), text).toBe(false);
  expect(passes('not lr > 0')).toBe(true);
});

test.each([
  '',
  'resnet',
  'lr=0.1',
  'lr=0.1,bs=32',
  '^lr=(0.1|1e-3)$',
  'a~b',
  'and',
  'not',
  'cnn.*3|vit',
  'seed 0',
  'in',
  'this is in here',
  '<script>alert(1)</script>',
  'a->b',
  '/lr > 1/',
  '(?<name>x) and y',
  '(?<=a)b > 3',
  '"lr > 1"',
  'état',
  '训练',
])('%s is text or a regular expression, as it was', (text) => {
  expect(isExpression(text)).toBe(false);
});

test.each([
  ['lr >', 4, 4, /Want a number after “>” here/],
  ['lr > fast', 5, 9, /“lr” is a number: want a number here, got “fast”/],
  ['step > 5k and', 13, 13, /Want a field/],
  ['lrr > 1', 0, 3, /No field is called “lrr”. Is it “lr”\?/],
  ['acc > 1', 0, 3, /No field is called “acc”. Is it “val\/acc”\?/],
  ['lr > 1 state = live', 7, 12, /Want “and” or “or” here, got “state”/],
  ['lr > 1 && step > 2', 7, 9, /Want “and” or “or” here, got “&&”/],
  ['name ~ "adam" andd step > 1', 14, 18, /Want “and” or “or” here, got “andd”/],
  ['lr in (1 2)', 9, 10, /Want “,” or “\)” here, got “2”/],
  ['lr => 1', 3, 5, /“=>” is no comparison: want “>=”/],
  ['lr <> 1', 3, 5, /want “!=”/],
  ['lr >> 1', 3, 5, /“>>” is no comparison: want <= >=/],
  ['1e-3 < lr', 0, 4, /A comparison begins with its field: got “1e-3”/],
  ['val/acc.median > 1', 0, 14, /“val\/acc” has no figure “median”: want last, best, min, max, mean, first/],
  ['(lr > 1 and x', 13, 13, /Want “\)” for the bracket/],
  ['lr > 1)', 6, 7, /never opened/],
  ['state = done', 8, 12, /one of live, finished, stale/],
  ['starred > 1', 10, 11, /true or false: want =/],
  ['opt in adam', 7, 11, /Want “\(” and a list/],
  ['opt in (adam', 12, 12, /Want “,” or “\)”/],
  ['name ~ "a', 7, 9, /quote is not closed/],
  ['opt ~ "a(" and lr > 1', 6, 10, /Not a regular expression: unterminated group/],
  ['cnn opt = adam', 4, 7, /Want “and” or “or” before “opt”/],
])('%s: the mistake is at %i', (text, at, end, message) => {
  let mistake: Mistake | undefined;
  try {
    parseExpression(text, KNOWN);
  } catch (error) {
    mistake = error as Mistake;
  }
  expect(mistake?.message).toMatch(message);
  expect([mistake?.at, mistake?.end]).toEqual([at, end]);
});

test.each([
  ['lr=0.1', 'lr = 0.1'],
  ['step > 5 and opt~adam', 'opt ~ adam'],
  ['val/acc.max=1', 'val/acc.max = 1'],
  ['bs=32', null],
  ['lr = 0.1', null],
  ['lr=', null],
  ['a=b=c', null],
  ['"lr=0.1"', null],
])('of %s the comparison is %s', (text, meant) => {
  expect(comparisonMeant(text, KNOWN)).toBe(meant);
});

test('numbers have suffixes', () => {
  expect(['5k', '5K', '2M', '1.5e3', '.5', '90%', '2h', '10min', '-inf', '+3'].map(parseNumber)).toEqual([
    5000,
    5000,
    2e6,
    1500,
    0.5,
    0.9,
    7200,
    600,
    -Infinity,
    3,
  ]);
  expect(parseNumber('NaN')).toBeNaN();
  expect(['', '5m', 'k', '1e', '0x10', '1 2'].map(parseNumber)).toEqual(Array.from({ length: 6 }, () => null));
});

test('a quoted word comes back as what it was', () => {
  for (const text of [
    'plain',
    'a b',
    'and',
    'a"b',
    "a'b",
    'back\\slash',
    '(x)',
    'a,b',
    'x<y',
    '',
    'a==b',
    '/re/',
    '~x',
    'a=b',
  ])
    expect(tokens(quote(text)), text).toMatchObject([{ text }]);
});

test('a name of several fields means the first sort of them, and an id means one', () => {
  const known = [number('x'), number('x', metricId('x', 'last'))];
  expect(findField('x', known)?.id).toBe('hparam:x');
  expect(findField('x.max', known)?.id).toBe('metric:x.max');
  expect(findField('metric:x.last', known)?.id).toBe('metric:x.last');
});

// ── random expressions against an evaluator that knows nothing of text ────

type Tree =
  | { op: 'and'; left: Tree; right: Tree }
  | { op: 'or'; left: Tree; right: Tree }
  | { op: 'not'; of: Tree }
  | { op: 'number'; field: 'lr' | 'step' | 'val/acc.max'; sign: string; value: number }
  | { op: 'text'; sign: string; value: string }
  | { op: 'in'; values: string[]; not: boolean }
  | { op: 'word'; value: string };

let seed = 20261123;
const random = (n: number) => (seed = (seed * 48271) % 2147483647) % n;
const pick = <T>(from: readonly T[]): T => from[random(from.length)]!;

const WORDS = ['adam', 'sgd', 'or', 'a b', 'x"y', 'in', 'c(d)', "it's", 'a,b', '5', 'k=3'];
const NUMBERS = [0, 1, -1, 0.5, 5000, 1e-3, NaN, Infinity];

function grow(depth: number): Tree {
  if (depth > 0 && random(3) > 0)
    return random(3) === 0
      ? { op: 'not', of: grow(depth - 1) }
      : { op: pick(['and', 'or'] as const), left: grow(depth - 1), right: grow(depth - 1) };
  switch (random(4)) {
    case 0:
      return {
        op: 'number',
        field: pick(['lr', 'step', 'val/acc.max'] as const),
        sign: pick(['<', '<=', '>', '>=', '=', '==', '!=']),
        value: pick(NUMBERS),
      };
    case 1:
      return { op: 'text', sign: pick(['=', '==', '!=']), value: pick(WORDS) };
    case 2:
      return { op: 'in', values: Array.from({ length: 1 + random(3) }, () => pick(WORDS)), not: random(2) === 0 };
    default:
      return { op: 'word', value: pick(WORDS) };
  }
}

const gap = () => ' '.repeat(1 + random(3));
const maybe = () => ' '.repeat(random(2));
const written = (value: number) => (value === 5000 ? pick(['5k', '5000', '5e3']) : String(value));
/** Words that mean something else bare are quoted; others now and then. */
const word = (text: string) =>
  random(3) === 0 ? `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"` : quote(text);

/** As text, with brackets only where they must be and now and then where they need not. */
function write(tree: Tree, above: 'or' | 'and' | 'not' = 'or'): string {
  const strength = { or: 0, and: 1, not: 2 };
  let text: string;
  let own: 'or' | 'and' | 'not' | 'atom' = 'atom';
  if (tree.op === 'and' || tree.op === 'or') {
    own = tree.op;
    text = `${write(tree.left, tree.op)}${gap()}${tree.op}${gap()}${write(tree.right, tree.op)}`;
  } else if (tree.op === 'not') {
    own = 'not';
    text = `not${gap()}${write(tree.of, 'not')}`;
  } else if (tree.op === 'number') {
    const spaced = tree.sign === '=' ? gap() : maybe();
    text = `${tree.field}${spaced}${tree.sign}${tree.sign === '=' ? gap() : maybe()}${written(tree.value)}`;
  } else if (tree.op === 'text') text = `opt${gap()}${tree.sign}${gap()}${word(tree.value)}`;
  else if (tree.op === 'in')
    text = `opt${gap()}${tree.not ? `not${gap()}` : ''}in${maybe()}(${tree.values.map(word).join(`${maybe()},${maybe()}`)}${maybe()})`;
  else text = `"${tree.value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  const needed = own !== 'atom' && strength[own] < strength[above];
  return needed || random(6) === 0 ? `(${maybe()}${text}${maybe()})` : text;
}

interface Plain {
  name: string;
  numbers: Record<string, number | null>;
  opt: string | null;
}

function truth(tree: Tree, run: Plain): boolean {
  switch (tree.op) {
    case 'and':
      return truth(tree.left, run) && truth(tree.right, run);
    case 'or':
      return truth(tree.left, run) || truth(tree.right, run);
    case 'not':
      return !truth(tree.of, run);
    case 'number': {
      const value = run.numbers[tree.field] ?? null;
      if (value === null) return false;
      const equal = value === tree.value || (Number.isNaN(value) && Number.isNaN(tree.value));
      const { sign } = tree;
      if (sign === '=' || sign === '==') return equal;
      if (sign === '!=') return !equal;
      return sign === '<'
        ? value < tree.value
        : sign === '>'
          ? value > tree.value
          : sign === '<='
            ? value <= tree.value
            : value >= tree.value;
    }
    case 'text':
      return run.opt !== null && (run.opt === tree.value) === (tree.sign !== '!=');
    case 'in':
      return run.opt !== null && tree.values.some((one) => one === run.opt) !== tree.not;
    case 'word':
      return run.name.includes(tree.value);
  }
}

test('random expressions say of random runs what their meaning says', () => {
  const counts = { passed: 0, failed: 0 };
  for (let round = 0; round < 3000; round++) {
    const tree = grow(4);
    const text = write(tree);
    const parsed = parseExpression(text, KNOWN);
    for (let i = 0; i < 8; i++) {
      const run: Plain = {
        name: `${pick(WORDS)}/${pick(WORDS)}`,
        numbers: Object.fromEntries(
          ['lr', 'step', 'val/acc.max'].map((field) => [field, random(5) === 0 ? null : pick(NUMBERS)]),
        ),
        opt: random(5) === 0 ? null : pick(WORDS),
      };
      const values: Record<string, Asked> = {
        'hparam:lr': run.numbers['lr']!,
        step: run.numbers['step']!,
        'metric:val/acc.max': run.numbers['val/acc.max']!,
        'hparam:opt': run.opt,
      };
      const expected = truth(tree, run);
      expect(parsed.test(subject(run.name, values)), `${text} of ${JSON.stringify(run)}`).toBe(expected);
      counts[expected ? 'passed' : 'failed']++;
    }
  }
  // Neither always true nor always false: the comparison says something.
  expect(Math.min(counts.passed, counts.failed)).toBeGreaterThan(5000);
});

test('whatever is typed is an expression, or a mistake within the text: nothing else is thrown', () => {
  const pieces = [
    'lr',
    'opt',
    '>',
    '=',
    '!=',
    '~',
    '(',
    ')',
    ',',
    'and',
    'or',
    'not',
    'in',
    '"a"',
    '"',
    '5k',
    'a(',
    'tag',
    '\\',
    ' ',
    ' ',
  ];
  for (let round = 0; round < 5000; round++) {
    const text = Array.from({ length: random(9) }, () => pick(pieces)).join(pick(['', ' ']));
    isExpression(text);
    try {
      parseExpression(text, KNOWN).test(subject('a'));
    } catch (error) {
      expect(error, text).toBeInstanceOf(Mistake);
      const { at, end } = error as Mistake;
      expect(at >= 0 && at <= end && end <= text.length, text).toBe(true);
    }
  }
});

const mistakeOf = (text: string) => {
  try {
    parseExpression(text, KNOWN);
  } catch (error) {
    if (error instanceof Mistake) return { message: error.message, got: text.slice(error.at, error.end) };
    throw error;
  }
  throw new Error(`no mistake: ${text}`);
};

test('an expression is as deep as anybody writes one, and deeper is a mistake', () => {
  for (const text of ['not '.repeat(100) + 'lr > 1', '('.repeat(100) + 'lr > 1' + ')'.repeat(100)])
    expect(parseExpression(text, KNOWN).fields).toEqual(['hparam:lr']);
  const message = '“not” and brackets are in each other more than 100 deep here.';
  expect(mistakeOf('not '.repeat(101) + 'lr > 1')).toEqual({ message, got: 'not' });
  expect(mistakeOf('('.repeat(101) + 'lr > 1' + ')'.repeat(101))).toEqual({ message, got: '(' });
  // Beside each other is not in each other.
  expect(parseExpression(Array.from({ length: 200 }, () => 'not (lr > 1)').join(' and '), KNOWN)).toBeTruthy();
  expect(mistakeOf('not '.repeat(10_000) + 'lr > 1').message).toBe(
    'A filter has 5000 letters at most: this has 40006.',
  );
});

test('a field of many letters is like none, and one of few may be a slip of the pen', () => {
  expect(mistakeOf('optt = adam').message).toBe('No field is called “optt”. Is it “opt”?');
  const field = { name: 'o'.repeat(150), id: 'hparam:o', type: 'number', values: [] } as const;
  expect(nearest('o'.repeat(90), [{ ...field, name: 'o'.repeat(91) }])).toBe('o'.repeat(91));
  expect(nearest('o'.repeat(149), [field])).toBeNull();
});

test('a regular expression that could take for ever is a mistake where it stands', () => {
  const pattern = '"^(?!x)(\\w+\\s?)*$"';
  const { message, got } = mistakeOf(`lr > 1 and name ~ ${pattern}`);
  expect(message).toMatch(/could take for ever/);
  expect(got).toBe(pattern);
});
