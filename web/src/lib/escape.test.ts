import { expect, test } from 'vitest';
import { escapeLast, onEscape } from './escape';

test('Esc undoes the last thing first, and only what is still there', () => {
  const undone: string[] = [];
  onEscape(() => undone.push('pin'));
  const gone = onEscape(() => undone.push('brush'));
  onEscape(() => undone.push('full screen'));
  expect(escapeLast()).toBe(true);
  gone();
  expect(escapeLast()).toBe(true);
  expect(escapeLast()).toBe(false);
  expect(undone).toEqual(['full screen', 'pin']);
});
