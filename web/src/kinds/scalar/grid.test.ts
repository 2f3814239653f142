import { describe, expect, it } from 'vitest';
import { ownOf, pack, parseSizes, pathsOf, treeOf, withOwn, withSize, type Section } from './grid';

/** Sections as nested lists of names and tags. */
const drawn = (sections: readonly Section[]): unknown[] =>
  sections.map((one) => [one.name, ...one.tags, ...drawn(one.sections)]);

describe('sections', () => {
  it('are the parts of tags, nested to any depth', () => {
    const tags = ['acc', 'net/a/w/max', 'net/a/w/mean', 'net/a/b/max', 'net/a/b/mean', 'net/lr'];
    expect(drawn(treeOf(tags))).toEqual([
      ['acc', 'acc'],
      ['net', 'net/lr', ['a', ['w', 'net/a/w/max', 'net/a/w/mean'], ['b', 'net/a/b/max', 'net/a/b/mean']]],
    ]);
    expect(pathsOf(treeOf(tags))).toEqual(['acc', 'net', 'net/a', 'net/a/w', 'net/a/b']);
    expect(treeOf(tags)[1]!.count).toBe(5);
  });

  it('are one where they hold nothing but the next', () => {
    expect(drawn(treeOf(['a/b/c/x', 'a/b/c/y']))).toEqual([['a/b/c', 'a/b/c/x', 'a/b/c/y']]);
    expect(treeOf(['a/b/c/x', 'a/b/c/y'])[0]!.path).toBe('a/b/c');
  });

  it('are not made for one card below another section', () => {
    expect(drawn(treeOf(['optim/lr', 'optim/grad/norm']))).toEqual([['optim', 'optim/lr', 'optim/grad/norm']]);
  });

  it('hold every tag once, whatever stands in it', () => {
    const odd = ['/a/b', '/a/c', 'a//b', 'a/', '', 'x/', 'x'];
    const all = (sections: readonly Section[]): string[] =>
      sections.flatMap((one) => [...one.tags, ...all(one.sections)]);
    expect(all(treeOf(odd)).sort()).toEqual([...odd].sort());
    expect(new Set(pathsOf(treeOf(odd))).size).toBe(pathsOf(treeOf(odd)).length);
  });
});

describe('sizes', () => {
  it('come back as they went, within what can be drawn', () => {
    const texts = withSize(withSize([], 'loss/train', { span: 2, height: 300 }), 'a,b', { span: 99, height: 3 });
    expect([...parseSizes(texts)]).toEqual([
      ['loss/train', { span: 2, height: 300 }],
      ['a,b', { span: 12, height: 96 }],
    ]);
    expect(withSize(texts, 'a,b', null)).toEqual(['2,300,loss/train']);
    expect(parseSizes(['', 'x', '1,2', '-1,200,a']).size).toBe(0);
  });
});

it('a value of one chart alone is set, changed and taken away, whatever its name', () => {
  const texts = withOwn(withOwn(withOwn([], 'a,b', 'log'), 'b', 'log'), 'a,b', 'linear');
  expect([ownOf(texts, 'a,b'), ownOf(texts, 'b'), ownOf(texts, 'c')]).toEqual(['linear', 'log', null]);
  expect(withOwn(texts, 'a,b', null)).toEqual(['log,b']);
});

describe('rows', () => {
  const size = (span: number, height = 100) => ({ span, height });
  it('are filled as a grid fills them', () => {
    const pieces = pack([size(1), size(2), size(1, 300), size(3), size(9)], 3, 2, (one) => one);
    expect(pieces.map((piece) => [piece.from, piece.cards.length, piece.rows, piece.height])).toEqual([
      [0, 3, 2, 400],
      [3, 2, 2, 200],
    ]);
  });
  it('lose no card', () => {
    const cards = Array.from({ length: 50 }, (_, i) => i);
    const pieces = pack(cards, 3, 4, (i) => size(1 + (i % 3)));
    expect(pieces.flatMap((piece) => piece.cards)).toEqual(cards);
    expect(pieces.every((piece) => piece.rows <= 4)).toBe(true);
  });
});
