import { expect, test } from 'vitest';
import { excerpt } from './excerpt';

const told = (text: string, at: number, end: number, limit: number) => {
  const { before, piece, after } = excerpt(text, at, end, limit);
  return `${before}[${piece}]${after}`;
};
const LONG = 'lr > 1e-3 and val/acc.max >= .9 and name ~ adam andd step > 2';

test('a text that has room is shown whole', () => {
  expect(told('lr > x', 5, 6, 40)).toBe('lr > [x]');
});

test('of a long text the piece is there, wherever it stands', () => {
  const at = LONG.indexOf('andd');
  expect(told(LONG, at, at + 4, 30)).toBe('… and name ~ adam [andd] step >…');
  expect(told(LONG, 0, 2, 20)).toBe('[lr] > 1e-3 and val/a…');
  expect(told(LONG, LONG.length, LONG.length, 20)).toBe('… adam andd step > 2[]');
  const middle = LONG.indexOf('.max');
  expect(told(LONG, middle, middle + 4, 20)).toBe('…nd val/acc[.max] >= …');
});

test('it never takes more than its room', () => {
  for (let at = 0; at <= LONG.length; at++)
    for (let end = at; end <= LONG.length; end += 5) {
      const { before, piece, after } = excerpt(LONG, at, end, 24);
      expect(before.length + piece.length + after.length).toBeLessThanOrEqual(24);
      expect(end === at || piece.length > 0).toBe(true);
    }
});

test('a character of two units stays one', () => {
  expect(told('😀'.repeat(30) + 'x', 60, 61, 6)).toBe('…😀😀😀😀[x]');
});
