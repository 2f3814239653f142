import { expect, test, vi } from 'vitest';
import { catalogue } from '../../stores/catalogue.svelte';
import { runAnswer } from '../../stores/fixture';
import { steps, texts } from './texts.svelte';

const read = vi.hoisted(() => vi.fn());
vi.mock('./api', () => ({
  readSteps: () => Promise.resolve([{ step: 0, wallTime: 1, superseded: false }]),
  readEntries: read,
}));
const settle = () => new Promise((resolve) => setTimeout(resolve));

test('a text that failed is asked for again when its run has grown', async () => {
  read.mockRejectedValueOnce(new Error('The file could not be read.'));
  read.mockResolvedValue([{ index: 0, step: 0, wallTime: 1, superseded: false, html: '<p>good</p>', error: '' }]);
  catalogue.grow([runAnswer('a', { version: 5 })]);
  steps.want('a', 't');
  await settle();
  for (let i = 0; i < 2; i++) {
    texts.want('a', 't', [0], true);
    await settle();
  }
  expect([texts.failure('a', 't', 0, true), read.mock.calls.length]).toEqual(['The file could not be read.', 1]);
  catalogue.grow([runAnswer('a', { version: 6 })]);
  texts.want('a', 't', [0], true);
  await settle();
  expect([texts.failure('a', 't', 0, true), texts.at('a', 't', 0, true)?.html]).toEqual([null, '<p>good</p>']);
});
