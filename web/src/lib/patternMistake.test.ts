import { expect, test } from 'vitest';
import { placeOfMistake } from './patternMistake';

/** The mistake, between brackets of its own. */
const marked = (source: string) => {
  const place = placeOfMistake(source);
  return place && `${source.slice(0, place.at)}«${source.slice(place.at, place.end)}»${source.slice(place.end)}`;
};

test('the mistake is the bracket that is not closed, what repeats nothing, or what is out of order', () => {
  expect(
    ['loss/(train', 'a(b(c)', 'loss)', 'x[a-z', '*acc', 'a|+b', 'a**', '^*', 'a{3,1}', '[z-a]', '(?x)', 'a\\'].map(
      marked,
    ),
  ).toEqual([
    ...['loss/«(»train', 'a«(»b(c)', 'loss«)»', 'x«[»a-z', '«*»acc', 'a|«+»b', 'a*«*»', '^«*»', 'a«{3,1}»', '[«z-a»]'],
    ...['«(?x)»', 'a«\\»'],
  ]);
});

test('what is a regular expression has none', () => {
  for (const source of [
    '^loss/(?:train|val)$',
    '[]a]'.slice(1),
    'a{,3}',
    'a{',
    '(?<x>a)(?=b)*',
    '[a-]',
    '[^]',
    '\\d+?',
  ])
    expect(marked(source), source).toBeNull();
});

test('what is looked back at is not repeated, what is looked ahead at may be', () => {
  expect(['(?<=a)+', '(?<!a)*b', '(?=a)+', '(?<n>a)+'].map(marked)).toEqual(['(?<=a)«+»', '(?<!a)«*»b', null, null]);
});

test('it agrees with the browser’s engine on whatever is typed', () => {
  const alphabet = [...'ab()[]{}*+?|\\^$-<>=!:,12'];
  let seed = 7;
  const random = (below: number) => (seed = (seed * 48271) % 2147483647) % below;
  let wrong = 0;
  for (let i = 0; i < 20_000; i++) {
    const source = Array.from({ length: 1 + random(9) }, () => alphabet[random(alphabet.length)]).join('');
    let fails = false;
    try {
      new RegExp(source);
    } catch {
      fails = true;
      wrong++;
    }
    const place = placeOfMistake(source);
    expect(place !== null, source).toBe(fails);
    if (place !== null) expect(0 <= place.at && place.at < place.end && place.end <= source.length, source).toBe(true);
  }
  expect(wrong).toBeGreaterThan(1000);
});
