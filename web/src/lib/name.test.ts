import { describe, expect, test } from 'vitest';
import { commonPrefix, cutMiddle, splitName, tailLength } from './name';

describe('commonPrefix', () => {
  test('is what all names share, up to a separator', () => {
    expect(commonPrefix(['sweep/lr_0.1', 'sweep/lr_0.2'])).toBe('sweep/lr_');
    expect(commonPrefix(['exp/alpha', 'exp/alps'])).toBe('exp/');
  });
  test('never ends inside a number', () => {
    expect(commonPrefix(['lr=0.003 width=16', 'lr=0.0002 width=8'])).toBe('');
    expect(commonPrefix(['a/lr=1e-3', 'a/lr=1e-2'])).toBe('a/');
    expect(commonPrefix(['net-1', 'net-2'])).toBe('net-');
  });
  test('is empty when a name would have nothing left', () => {
    expect(commonPrefix(['a/', 'a/b'])).toBe('');
  });
  test('is empty for one name or none', () => {
    expect(commonPrefix(['exp/alpha'])).toBe('');
    expect(commonPrefix([])).toBe('');
  });
});

describe('splitName', () => {
  test('keeps the whole name, in order', () => {
    const { prefix, head, tail } = splitName('encoder/layers/attention_weights_of_head');
    expect(prefix + head + tail).toBe('encoder/layers/attention_weights_of_head');
    expect(prefix).toBe('encoder/layers/');
    expect(tail).toBe('ghts_of_head');
  });
  test('a name that ends in a slash has no prefix', () => {
    expect(splitName('odd/')).toEqual({ prefix: '', head: '', tail: 'odd/' });
  });
  test('a character outside the basic plane is never halved', () => {
    expect(splitName('𝛼𝛽𝛾', 2)).toEqual({ prefix: '', head: '𝛼', tail: '𝛽𝛾' });
  });
});

describe('tailLength', () => {
  const cut = (name: string, limit: number, keep: number) =>
    name.length <= limit ? name : `${name.slice(0, limit - 1 - keep)}…${name.slice(-keep)}`;

  test('keeps what tells names apart, wherever it stands', () => {
    const sweep = ['cnn', 'resnet18', 'vit-tiny'].flatMap((net) =>
      ['0.001', '0.003', '0.01'].flatMap((lr) => [0, 1, 2].map((seed) => `${net}/lr=${lr}/seed=${seed}`)),
    );
    const keep = tailLength(sweep, 16);
    expect(new Set(sweep.map((name) => cut(name, 16, keep))).size).toBe(27);
    // What a cut in the middle would show, or one before the last part:
    expect(new Set(sweep.map((name) => cut(name, 16, 6))).size).toBeLessThan(27);
  });
  test('cuts in the middle where that is as good as any', () => {
    expect(tailLength(['a_long_name_of_one', 'another_name_of_two'], 11)).toBe(5);
    expect(tailLength(['only_one_name_is_too_long', 'short'], 11)).toBe(5);
    expect(tailLength([], 11)).toBe(5);
  });
  test('moves towards the beginning where the ends are alike', () => {
    const names = ['width=16/a_very_common_ending', 'width=32/a_very_common_ending'];
    expect(tailLength(names, 11)).toBeLessThanOrEqual(3);
  });
});

test('cutMiddle keeps both ends within the limit', () => {
  expect(cutMiddle('attention_weights', 9)).toBe('atte…ghts');
  expect(cutMiddle('short', 9)).toBe('short');
});
