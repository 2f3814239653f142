/** `readShots`: a long series comes in parts; a run that grows is asked only for what it has more. */

import { afterEach, expect, it, vi } from 'vitest';
import { readShots } from './api';

const PART = 3;

/** A server that has these steps, and answers three at a time; `change` is what it says otherwise. */
function serve(steps: () => readonly number[], change: () => object = () => ({})): string[] {
  const asked: string[] = [];
  vi.stubGlobal('fetch', (url: string) => {
    const query = new URL(url, 'http://x/').searchParams;
    const all = steps();
    const known = all.slice(0, Number(query.get('first')));
    const first = query.get('mark') === known.join() ? known.length : 0;
    const step = all.slice(first, first + PART);
    asked.push(`${query.get('first')}`);
    const answer = {
      total: all.length,
      first,
      mark: all.slice(0, first + PART).join(),
      whole: true,
      step,
      wall_time: step.map(() => null),
      samples: step.map(() => 1),
      file: step.map((_, i) => i % 2),
      record: step.map((one) => one * 100),
      superseded: step.map(() => false),
      files: ['a', 'b'],
      ...change(),
    };
    if (asked.length > 50) throw new Error('asked without end');
    return Promise.resolve(new Response(JSON.stringify(answer), { headers: { 'Content-Type': 'application/json' } }));
  });
  return asked;
}

afterEach(() => vi.unstubAllGlobals());

it('asks for the parts of a long series until it has all', async () => {
  const asked = serve(() => [0, 1, 2, 3, 4, 5, 6]);
  const { shots } = await readShots('run', 'tag', null);
  expect(shots.map((shot) => shot.step)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(shots[4]).toEqual({ step: 4, wallTime: null, samples: 1, file: 'b', record: 400, superseded: false });
  expect(asked).toEqual(['0', '3', '6']);
});

it('asks for what came after, and gives the same answer when nothing did', async () => {
  let steps = [0, 1, 2, 3];
  const asked = serve(() => steps);
  const before = await readShots('run', 'tag', null);
  asked.length = 0;
  expect(await readShots('run', 'tag', before)).toBe(before);
  steps = [0, 1, 2, 3, 4];
  expect((await readShots('run', 'tag', before)).shots.map((shot) => shot.step)).toEqual(steps);
  expect(asked).toEqual(['4', '4']);
});

it('takes the whole anew when what it knew is not so any more', async () => {
  let steps = [0, 1, 2, 3];
  serve(() => steps);
  const before = await readShots('run', 'tag', null);
  for (const now of [[0, 1, 7, 8, 9], [5], []]) {
    steps = now;
    expect((await readShots('run', 'tag', before)).shots.map((shot) => shot.step)).toEqual(now);
  }
});

it('takes the whole anew while pictures could not be counted, once for each growth', async () => {
  let whole = false;
  const asked = serve(
    () => [0, 1, 2, 3],
    () => ({ whole }),
  );
  const before = await readShots('run', 'tag', null);
  expect(before.shots).toHaveLength(4);
  expect(asked).toEqual(['0', '3']);
  whole = true;
  const after = await readShots('run', 'tag', before);
  expect(asked).toEqual(['0', '3', '0', '3']);
  await readShots('run', 'tag', after);
  expect(asked.slice(4)).toEqual(['4']);
});

it.each([
  ['begins anew again and again', { mark: 'of another' }],
  ['has more and gives none', { step: [] }],
])('asks no more where the server %s, and says so', async (_, change) => {
  const asked = serve(
    () => [0, 1, 2, 3, 4, 5, 6],
    () => change,
  );
  await expect(readShots('run', 'tag', null)).rejects.toThrow('changed while they were asked for');
  expect(asked.length).toBeLessThan(5);
});
