import { expect, test } from 'vitest';
import { seedsOf } from './seed';

/** The groups of these names as `label: seed, seed`. */
function groups(...names: string[]): string[] {
  const out = new Map<string, string[]>();
  for (const [, { stem, label, seed }] of seedsOf(names)) {
    const key = `${stem}\n${label}`;
    out.set(key, [...(out.get(key) ?? []), seed]);
  }
  return [...out].map(([key, seeds]) => `${key.split('\n')[1]}: ${seeds.join(', ')}`);
}

test.each([
  [['cnn/seed=0', 'cnn/seed=1'], 'cnn: seed 0, seed 1'],
  [['cnn_seed0_lr0.1', 'cnn_seed1_lr0.1'], 'cnn_lr0.1: seed 0, seed 1'],
  [['cnn-seed-42', 'cnn-seed-1337'], 'cnn: seed 42, seed 1337'],
  [['seed_1/lr=1e-3', 'seed_2/lr=1e-3'], 'lr=1e-3: seed 1, seed 2'],
  [['lr=0.1,seed=3', 'lr=0.1,seed=7'], 'lr=0.1: seed 3, seed 7'],
  [['cnn (seed 3)', 'cnn (seed 4)'], 'cnn: seed 3, seed 4'],
  [['SEED=1 cnn', 'SEED=2 cnn'], 'cnn: seed 1, seed 2'],
  [['cnn/seed0003/train', 'cnn/seed0004/train'], 'cnn/train: seed 3, seed 4'],
  [['random_seed=1_bert', 'random_seed=2_bert'], 'bert: seed 1, seed 2'],
  [['ppo/rng7', 'ppo/rng8'], 'ppo: seed 7, seed 8'],
  [['seed_0', 'seed_1', 'seed_2'], 'seed_*: seed 0, seed 1, seed 2'],
  [['resnet18_s1', 'resnet18_s2', 'resnet18_s3'], 'resnet18: seed 1, seed 2, seed 3'],
  [['s0/vit', 's1/vit'], 'vit: seed 0, seed 1'],
  [['vit_s1', 'vit_s2', 'vit_s4'], 'vit: seed 1, seed 2, seed 4'],
  [['lightning_logs/version_0', 'lightning_logs/version_7'], 'lightning_logs: version 0, version 7'],
  [['cnn-rep1', 'cnn-rep2'], 'cnn: repeat 1, repeat 2'],
  [['cnn/run_0', 'cnn/run_1'], 'cnn: run 0, run 1'],
  [['cnn/0', 'cnn/1', 'cnn/2'], 'cnn: run 0, run 1, run 2'],
  [['exp/0/train', 'exp/1/train'], 'exp/train: run 0, run 1'],
  [['CartPole-v1__ppo__1__1700000000', 'CartPole-v1__ppo__2__1700000999'], 'CartPole-v1__ppo: seed 1, seed 2'],
  [['cnn_seed1_2026-11-23_10-00-00', 'cnn_seed2_2026-11-23_11-30-05'], 'cnn: seed 1, seed 2'],
  [['Nov23_10-00-00_seed1_cnn', 'Nov24_09-15-00_seed2_cnn'], 'cnn: seed 1, seed 2'],
  [['HalfCheetah/20261123-101500/seed3', 'HalfCheetah/20261123-120000/seed4'], 'HalfCheetah: seed 3, seed 4'],
  [['训练_seed=1', '训练_seed=2'], '训练: seed 1, seed 2'],
])('%j is one experiment', (names, expected) => {
  expect(groups(...names)).toEqual([expected]);
});

test.each([
  [['seed=0.1', 'seed=0.2']],
  [['cnn_seed1_lr0.1', 'cnn_seed2_lr0.2']],
  [['vit_s16', 'vit_s32']],
  [['vit-s-16', 'vit-s-17']],
  [['vit_s16', 'vit_s17', 'vit_s19']],
  [['bias3', 'bias4']],
  [['s3d', 's4d']],
  [['lr_1', 'lr_2']],
  [['bs/32', 'bs/64']],
  [['lr=1e-3', 'lr=1e-4']],
  [['numseeds=1', 'numseeds=2']],
  [['seedling/1e-3', 'seedling/1e-4']],
  [['run_1', 'run_2']],
  [['1', '2']],
  [['Nov23_10-00-00_host', 'Nov23_11-00-00_host']],
  [['1700000000.5', '1700000001.5']],
  [['cnn', 'vit']],
  [['cnn/seed=1']],
  [['PPO_1', 'PPO_2']],
  [['resnet18', 'resnet19']],
  [['cnn/seed=1', 'cnn/version_1']],
])('%j are not seeds of one experiment', (names) => {
  expect(groups(...names)).toEqual([]);
});

test('what has no partner by its seed is tried by its version, and nothing is in two groups', () => {
  expect(groups('a_s2/version_0', 'a_s2/version_1', 'b_seed1', 'b_seed2', 'lonely_seed1')).toEqual([
    'b: seed 1, seed 2',
    'a_s2: version 0, version 1',
  ]);
});

test('only the surest seed varies: versions of different seeds stay apart', () => {
  expect(groups('c/seed1/version_0', 'c/seed2/version_0', 'c/seed1/version_1', 'c/seed2/version_1')).toEqual([
    'c/version_0: seed 1, seed 2',
    'c/version_1: seed 1, seed 2',
  ]);
});

test('each hyperparameter setting of a sweep is a group of its own', () => {
  const names = ['1e-3', '1e-2'].flatMap((lr) => [0, 1, 2].map((seed) => `mlp_lr${lr}_s${seed}`));
  expect(groups(...names)).toEqual(['mlp_lr1e-3: seed 0, seed 1, seed 2', 'mlp_lr1e-2: seed 0, seed 1, seed 2']);
});
