import { describe, expect, it } from 'vitest';
import { chartText, lineKey, MOST_TAGS, nameFor, parseCharts, reordered, runOfKey, tagsOf } from './chart';

describe('charts in the URL', () => {
  it('come back as they went, whatever stands in their names', () => {
    const charts = [
      { name: 'a, 100 % of "b"', tags: ['loss,train', 'x%2Cy'], pattern: null },
      { name: 'norms', tags: [], pattern: '^grad,(norm|max)%?$' },
    ];
    expect(parseCharts(charts.map(chartText))).toEqual(charts);
  });

  it('are left out when they mean nothing, and the second of one name is', () => {
    expect(parseCharts(['', 't', 't,name', 'x,name,tag', 't,,tag', 't,a,x', 'r,a,y', 'r,b,y,z'])).toEqual([
      { name: 'a', tags: ['x'], pattern: null },
    ]);
  });

  it('hold each tag once', () => {
    expect(parseCharts(['t,x,loss,acc,loss'])).toEqual([{ name: 'x', tags: ['loss', 'acc'], pattern: null }]);
  });

  it('keep what looks like an escape in a name, and read it once', () => {
    const chart = { name: 'a%252Cb', tags: ['%252C', '%25'], pattern: null };
    expect(parseCharts([chartText(chart)])).toEqual([chart]);
    expect(parseCharts(['t,n,%252C'])).toEqual([{ name: 'n', tags: ['%2C'], pattern: null }]);
  });
});

describe('the tags of a chart', () => {
  const all = ['loss/train', 'loss/val', 'acc'];

  it('are those that its expression finds, as many as can be told apart', () => {
    expect(tagsOf({ name: 'l', tags: [], pattern: '^loss/' }, all).tags).toEqual(['loss/train', 'loss/val']);
    const many = Array.from({ length: 40 }, (_, i) => `t${i}`);
    expect(tagsOf({ name: 'l', tags: [], pattern: 't' }, many)).toEqual({
      tags: many.slice(0, MOST_TAGS),
      more: 40 - MOST_TAGS,
      error: null,
    });
  });

  it('are none of a broken expression, which says what is wrong', () => {
    const { tags, error } = tagsOf({ name: 'l', tags: [], pattern: 'loss(' }, all);
    expect(tags).toEqual([]);
    expect(error).toMatch(/not a regular expression: unterminated group/i);
    expect(tagsOf({ name: 'l', tags: [], pattern: '^(?!x)(\\w+\\s?)*$' }, all).error).toMatch(/could take for ever/);
  });
});

it('a chart is named by what its tags share and by what tells them apart, and no name is given twice', () => {
  expect(nameFor(['loss/train', 'loss/val'], [])).toBe('loss: train, val');
  expect(nameFor(['loss', 'acc'], ['loss, acc', 'loss, acc 2'])).toBe('loss, acc 3');
  expect(nameFor(['a/1', 'a/2', 'a/3', 'a/4'], [])).toBe('a: 1, 2, 2 more');
});

it('a line knows its run', () => {
  expect(runOfKey(lineKey('a/b', 'loss/train'))).toBe('a/b');
});

it('what is moved stands beside where it was put', () => {
  expect(reordered(['a', 'b', 'c'], 'c', 'a', 'before')).toEqual(['c', 'a', 'b']);
  expect(reordered(['a', 'b', 'c'], 'a', 'b', 'after')).toEqual(['b', 'a', 'c']);
  expect(reordered(['a', 'b'], 'a', 'x', 'after')).toEqual(['a', 'b']);
});
