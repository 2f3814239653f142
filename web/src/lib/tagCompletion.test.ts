import { expect, test } from 'vitest';
import { parseFilter } from './filter';
import { completeTag } from './tagCompletion';

const TAGS = ['loss/train', 'loss/val', 'eval/loss', 'acc@1 (top)', 'optim/lr', 'optim/momentum', 'gloss', 'epoch'];
const told = (text: string, caret = text.length) =>
  completeTag(text, caret, TAGS)?.suggestions.map(({ label, note }) => `${label} ${note}`.trim());

test('what begins with it comes first, as far as the next slash, then parts that do, then the rest', () => {
  expect(told('lo')).toEqual(['loss/ 2 tags', 'eval/loss', 'gloss']);
  expect(told('LOSS/')).toEqual(['loss/train', 'loss/val']);
  expect(told('opt')).toEqual(['optim/ 2 tags']);
  expect(told('')).toEqual(['acc@1 (top)', 'epoch', 'eval/loss', 'gloss', 'loss/ 2 tags', 'optim/ 2 tags']);
});

test('nothing is said in an expression, before the end, of what is typed in full, and where nothing is found', () => {
  expect([told('loss|ac'), told('loss', 2), told('epoch'), told('zebra')]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test('what is taken finds the tag, whatever is in its name', () => {
  for (const tag of TAGS) {
    const [suggestion] = completeTag(tag.slice(0, 3), 3, [tag])!.suggestions;
    expect(TAGS.filter(parseFilter(suggestion!.text).test), tag).toContain(tag);
  }
});
