import { beforeEach, expect, test } from 'vitest';
import { catalogue } from './catalogue.svelte';
import { fields } from './fields.svelte';
import { filter } from './filter.svelte';
import { catalogueAnswer, runAnswer } from './fixture';
import { notes } from './notes.svelte';
import { runs } from './runs.svelte';
import { view } from './view.svelte';

const passing = (text: string) => {
  view.runFilter = text;
  return runs.matched.map((run) => run.name);
};

beforeEach(() => {
  view.reset();
  runs.forget();
  fields.named = true;
  const note = { alias: '', starred: false, hidden: false, tags: [], note: '', colour: 0 };
  notes.take({
    version: '1',
    problem: '',
    writable: true,
    allow_delete: false,
    notes: { 'cnn/lr=0.1': { ...note, alias: 'my best', starred: true, tags: ['paper'] } },
  });
  catalogue.take(
    catalogueAnswer([
      runAnswer('cnn/lr=0.1', { last_step: 100 }),
      runAnswer('cnn/lr=0.2', { last_step: 9000, state: 'live' }),
      runAnswer('step > 5', { last_step: 10 }),
    ]),
  );
});

test('text and regular expressions stay what they were', () => {
  expect(passing('lr=0.1')).toEqual(['cnn/lr=0.1']);
  expect(passing('lr=0\\.[12]$')).toEqual(['cnn/lr=0.1', 'cnn/lr=0.2']);
});

test('what every run has is compared at once', () => {
  expect(passing('step > 5k')).toEqual(['cnn/lr=0.2']);
  expect(passing('step > 50 and not state = live')).toEqual(['cnn/lr=0.1']);
});

test('quotes make text of what would be an expression, slashes a regular expression', () => {
  expect(passing('"step > 5"')).toEqual(['step > 5']);
  expect(passing('/^step > \\d/')).toEqual(['step > 5']);
  expect(passing('/^cnn.*1$/')).toEqual(['cnn/lr=0.1']);
  expect(passing('/lr/')).toEqual([]);
});

test('a mistake keeps what passed before, and says where it is', () => {
  expect(passing('step > 5k')).toEqual(['cnn/lr=0.2']);
  expect(passing('step > 5k and')).toEqual(['cnn/lr=0.2']);
  expect(passing('step > fast')).toEqual(['cnn/lr=0.2']);
  expect(filter.mistake).toMatchObject({ at: 7, end: 11 });
  expect(passing('step > 5')).toHaveLength(3);
  expect(filter.mistake).toBeNull();
});

test('stars, tags and aliases are asked for like anything else', () => {
  expect(passing('starred')).toEqual(['cnn/lr=0.1']);
  expect(passing('not starred and step > 50')).toEqual(['cnn/lr=0.2']);
  expect(passing('tag "paper"')).toEqual(['cnn/lr=0.1']);
  expect(passing('my best and step > 5')).toEqual(['cnn/lr=0.1']);
  expect(passing('my best')).toEqual(['cnn/lr=0.1']);
});

test('until the names are known nothing is called a mistake', () => {
  fields.named = false;
  passing('');
  expect(passing('width > 5')).toHaveLength(3);
  expect(filter.mistake).toBeNull();
});
