import { describe, expect, it, test } from 'vitest';
import { LONGEST_NAME, LONGEST_SOURCE, PatternFault, readPattern } from './pattern';

function faultOf(source: string): string | null {
  try {
    readPattern(source);
    return null;
  } catch (error) {
    if (!(error instanceof PatternFault)) throw error;
    return error.message;
  }
}

/** Each takes the browser's engine longer than anybody waits. */
const ENDLESS: [source: string, text: string, found: boolean][] = [
  ['^(\\w+\\s?)*$', `${'resnet_lr_0_1_'.repeat(3)}!`, false],
  ['^(a|a)*$', `${'a'.repeat(60)}b`, false],
  ['^(a|aa)+$', `${'a'.repeat(90)}b`, false],
  ['^((a+)+)+$', `${'a'.repeat(60)}b`, false],
  ['(a?){60}a{60}$', 'a'.repeat(60), true],
  [`^${'a?'.repeat(60)}${'a'.repeat(60)}$`, 'a'.repeat(60), true],
  [`^${'(a|a)'.repeat(60)}$`, `${'a'.repeat(60)}b`, false],
  [`^${'\\w*'.repeat(12)}!$`, 'a'.repeat(200), false],
  [`${'.*'.repeat(9)}x`, 'a'.repeat(1000), false],
  [`${'[a-z]{1,50}'.repeat(9)}\\d`, 'a'.repeat(1000), false],
  [`(?<n>${'\\w*'.repeat(9)}:)`, 'a'.repeat(200), false],
];

describe('an expression that could take for ever', () => {
  it.each(ENDLESS)('%s answers', (source, text, found) => {
    expect(readPattern(source).test(text)).toBe(found);
    expect(readPattern(source, true).find(text) !== null).toBe(found);
  });

  it.each([
    '^(?!x)(\\w+\\s?)*$',
    '^(\\w+\\s?)*\\1$',
    '(?=(a|a)*b)a',
    '(?<=x)\\w*\\w*\\w*\\w*!',
    '(?=\\w*\\w*\\w*\\w*!)',
  ])('is refused where nothing can read it in time: %s', (source) => {
    expect(faultOf(source)).toMatch(/could take for ever/);
  });

  it('is refused by its length', () => {
    expect(faultOf('a?'.repeat(LONGEST_SOURCE))).toBe(
      'This regular expression has 2000 letters: want 1000 at most; look for a part of the name instead.',
    );
  });
});

test('what people write is read by the browser or by RE2 alike', () => {
  const names = [
    'cnn-lr0.1_bs32_seed3',
    'vit-lr1e-3_bs64_seed12',
    'loss/train',
    'a.b.c.d',
    'x'.repeat(900) + '/loss',
    '',
  ];
  const written = [
    '^cnn',
    '(train|val)/',
    'lr(?<lr>[\\d.e-]+)_bs(?<bs>\\d+)_seed(?<seed>\\d+)',
    '^(?:(a)|(b))',
    '(\\w+[-_.])*\\w+',
    '[^/]*/[^/]*$',
    '.*lr.*bs.*seed.*',
    '\\d{1,2}$',
    'LOSS',
    '[)(*]|\\(',
    '(?:)',
    '(?<n>(?:a+)b)|cnn',
    '^(?<run>(?:cnn|vit))-lr(?<lr>[^_]+)_',
    '(?<n>a:b)|(?:x|(?<m>(?:cnn:?)))',
    '(?<n>(?:\\w+[-_.])*)lr:?',
  ];
  for (const source of written) {
    for (const ignoreCase of [false, true]) {
      const pattern = readPattern(source, ignoreCase);
      for (const name of names) {
        const match = new RegExp(source, ignoreCase ? 'i' : '').exec(name);
        const wanted = match && { all: match[0], groups: match.slice(1), names: Object.keys(match.groups ?? {}) };
        expect(pattern.find(name), `${source} on ${name}`).toEqual(wanted);
        expect(pattern.test(name)).toBe(wanted !== null);
      }
    }
  }
});

test('every sort of space is one, whichever of the two reads it', () => {
  const many = '(?:x|xx)*'; // more steps than the browser's engine is given on a long text
  const spaces = ['\t', '\v', ' ', '\u00a0', '\u1680', '\u2003', '\u2028', '\u202f', '\u3000', '\ufeff'];
  for (const one of [...spaces, 'a', '\u200b']) {
    for (const space of ['\\s', '\\S', '[\\s]', '[^\\s]', '[\\S]', '[^\\S]', '[\\s-q]', '\\\\s', '[b\\\\s]']) {
      for (const ignoreCase of [false, true]) {
        const [source, text] = [`^${many}${space}$`, `${'x'.repeat(30)}${one}`];
        const wanted = new RegExp(`x${space}$`, ignoreCase ? 'i' : '').test(text);
        expect(readPattern(source, ignoreCase).test(text), `${space} on ${JSON.stringify(one)}`).toBe(wanted);
      }
    }
  }
});

test.each([
  '^(?!.*debug)',
  '^(?!.*(debug|test)).*',
  '^(?=.*lr)(?=.*bs)(?!.*seed)',
  'loss(?!.*test).*',
  '^(?!.*seed).*lr.*$',
  '(\\w)\\1',
])('looking ahead and back stays: %s', (source) => {
  for (const name of ['lr_bs_2', 'loss/train', 'loss/test', 'debug', 'aab', 'seed_lr'])
    expect(readPattern(source).test(name)).toBe(new RegExp(source).test(name));
  expect(readPattern(source).test('x'.repeat(5 * LONGEST_NAME))).toBe(
    new RegExp(source).test('x'.repeat(LONGEST_NAME)),
  );
});

test('what is no expression says why', () => {
  expect(faultOf('(')).toBe('Not a regular expression: unterminated group. A backslash makes a character plain.');
});
