/** A small catalogue for tests of the stores. */

import type { CatalogueAnswer, RunAnswer } from './catalogue.svelte';

export function runAnswer(name: string, change: Partial<RunAnswer> = {}): RunAnswer {
  return {
    name,
    state: 'finished',
    state_reason: 'the writer closed its file',
    first_wall_time: 1000,
    last_wall_time: 2000,
    last_step: 100,
    points: 10,
    restarts: 0,
    damage: 0,
    version: 1,
    ...change,
  };
}

export function catalogueAnswer(runs: RunAnswer[], change: Partial<CatalogueAnswer> = {}): CatalogueAnswer {
  return {
    cursor: 'a-1',
    logdir: '/home/her/runs/digits/',
    exists: true,
    progress: { files: runs.length, bytes_total: 10, bytes_read: 10, done: true },
    runs,
    run_sets: [runs.map((_, i) => i), [0]],
    kinds: [
      {
        name: 'scalar',
        title: 'Scalars',
        supported: true,
        tags: [
          { name: 'loss', runs: 0 },
          { name: 'acc', runs: 1 },
        ],
      },
    ],
    ...change,
  };
}
