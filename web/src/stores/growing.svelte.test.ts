import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { catalogue } from './catalogue.svelte';
import { Growing } from './growing.svelte';

/** The run as the stream tells of it. */
function grow(version: number): void {
  catalogue.grow([
    {
      name: 'cnn',
      state: 'live',
      state_reason: '',
      first_wall_time: 0,
      last_wall_time: version,
      last_step: version,
      points: version,
      restarts: 0,
      damage: 0,
      version,
    },
  ]);
}

beforeEach(() => {
  vi.useFakeTimers();
  grow(1);
});
afterEach(() => {
  vi.useRealTimers();
});

const settle = () => vi.advanceTimersByTimeAsync(0);

describe('an answer that grows with its run', () => {
  it('is asked for once while the run stands still, and again when it has grown, not more often than every 400 ms', async () => {
    let asked = 0;
    const steps = new Growing(() => Promise.resolve(++asked));
    steps.want('cnn', 'loss');
    steps.want('cnn', 'loss');
    await settle();
    expect([asked, steps.get('cnn', 'loss')?.value]).toEqual([1, 1]);
    for (let version = 2; version < 12; version++) {
      grow(version);
      steps.want('cnn', 'loss');
      await vi.advanceTimersByTimeAsync(10);
    }
    expect(asked).toBe(1);
    await vi.advanceTimersByTimeAsync(400);
    expect([asked, steps.get('cnn', 'loss')?.value]).toEqual([2, 2]);
    await vi.advanceTimersByTimeAsync(5000);
    expect(asked).toBe(2);
  });

  it('that was asked for while it was on its way is asked for once more: it may be older than the question', async () => {
    const answers: ((value: number) => void)[] = [];
    const steps = new Growing(() => new Promise<number>((resolve) => answers.push(resolve)));
    steps.want('cnn', 'late');
    await settle();
    grow(50);
    steps.want('cnn', 'late');
    answers[0]!(1);
    await vi.advanceTimersByTimeAsync(1000);
    expect(answers).toHaveLength(2);
  });

  it('keeps the last good value when a question fails, says why, and is well again after a retry', async () => {
    let fail = false;
    const steps = new Growing(() =>
      fail ? Promise.reject(new Error('The server did not answer.')) : Promise.resolve('good'),
    );
    steps.want('cnn', 'hurt');
    await settle();
    fail = true;
    grow(60);
    steps.want('cnn', 'hurt');
    await vi.advanceTimersByTimeAsync(1000);
    expect(steps.get('cnn', 'hurt')).toEqual({ value: 'good', failure: 'The server did not answer.' });
    fail = false;
    steps.retry('cnn', 'hurt');
    await vi.advanceTimersByTimeAsync(1000);
    expect(steps.get('cnn', 'hurt')).toEqual({ value: 'good', failure: null });
  });

  it('that says nothing new is the same object, so that nothing is drawn again', async () => {
    const steps = new Growing(
      () => Promise.resolve([1, 2]),
      (before, now) => before.length === now.length,
    );
    steps.want('cnn', 'same');
    await settle();
    const before = steps.get('cnn', 'same')?.value;
    grow(70);
    steps.want('cnn', 'same');
    await vi.advanceTimersByTimeAsync(1000);
    expect(steps.get('cnn', 'same')?.value).toBe(before);
  });

  it('is one of three on their way at a time, the rest wait their turn', async () => {
    const answers: (() => void)[] = [];
    const steps = new Growing(() => new Promise<number>((resolve) => answers.push(() => resolve(1))));
    for (let i = 0; i < 10; i++) steps.want('cnn', `tag${i}`);
    await settle();
    expect(answers).toHaveLength(3);
    answers[0]!();
    await settle();
    expect(answers).toHaveLength(4);
  });

  it('is of one run and one tag, however their names run together', async () => {
    const steps = new Growing((run, tag) => Promise.resolve(`${run}|${tag}`));
    steps.want('a', 'b/c');
    steps.want('a/b', 'c');
    await settle();
    expect([steps.get('a', 'b/c')?.value, steps.get('a/b', 'c')?.value]).toEqual(['a|b/c', 'a/b|c']);
  });
});
