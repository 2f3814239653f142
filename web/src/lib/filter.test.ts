import { expect, test } from 'vitest';
import { parseFilter } from './filter';

const passing = (text: string, ...names: string[]) => names.filter(parseFilter(text).test);

test('an empty filter lets everything through', () => {
  expect(passing('  ', 'a', 'b')).toEqual(['a', 'b']);
});

test('plain text is looked for anywhere, whatever its case', () => {
  expect(passing('LOSS', 'train/loss', 'acc')).toEqual(['train/loss']);
});

test('a dot in plain text is a dot', () => {
  expect(passing('v1.0', 'v1.0', 'v1x0')).toEqual(['v1.0']);
});

test('a character with a meaning makes it a regular expression', () => {
  expect(passing('^loss|acc$', 'loss/a', 'val/acc', 'x/loss')).toEqual(['loss/a', 'val/acc']);
});

test('a broken expression says why and still finds the text as it stands', () => {
  const filter = parseFilter('f(x');
  expect(filter.error).toMatch(/^Not a regular expression: unterminated group\./);
  expect(parseFilter('  loss(a').at).toEqual({ at: 6, end: 7 });
  expect(filter.test('df(x)/dx')).toBe(true);
});

test('markup in a name is only text', () => {
  expect(passing('<script>', '<script>alert(1)</script>', 'b')).toEqual(['<script>alert(1)</script>']);
});

test('an expression that could take for ever finds its text and says why', () => {
  const filter = parseFilter('^(?!x)(\\w+\\s?)*$');
  expect(filter.error).toMatch(/could take for ever/);
  expect(filter.test('resnet_lr_0_1_resnet_lr_0_1_!')).toBe(false);
  expect(parseFilter('^(\\w+\\s?)*$').test('resnet_lr_0_1_resnet_lr_0_1_resnet_lr_!')).toBe(false);
});
