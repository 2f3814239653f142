/**
 * The catalogue: which runs there are and which tags they have. Names and figures, no data.
 *
 *     catalogue.loaded               false until the first answer
 *     catalogue.runs                 RunInfo[] in natural order (changes only when a run appears or goes)
 *     catalogue.live(name)           RunLive: state, last step, version ...; fine-grained: a reader of one run hears of that run only
 *     catalogue.kinds                KindInfo[], those without data and those without a room included
 *     catalogue.tags('scalar')       TagInfo[] of a kind, in natural order
 *     catalogue.tag('scalar', name)  one of them, or undefined
 *     catalogue.has(tag, index)      has the run with this index this tag
 *     catalogue.version(name)        grows with every change of a run's data, also when another server process answers: put it in a $derived or
 *                                    $effect to fetch again
 *     catalogue.progress             how far reading has come
 *
 * The stream keeps it up to date (stores/stream.svelte.ts); rooms only read.
 */

import { SvelteMap } from 'svelte/reactivity';
import { getJson, reasonOf } from '../lib/api';
import { Latest } from '../lib/latest';
import type { components } from '../lib/schema';

type Schemas = components['schemas'];
export type CatalogueAnswer = Schemas['Catalogue'];
export type RunAnswer = Schemas['CatalogueRun'];
export type Progress = Schemas['ReadProgress'];

/** What of a run does not change while it grows. */
export interface RunInfo {
  readonly name: string;
  /** Its index in `catalogue.runs`, which is what `TagInfo.runs` holds. */
  readonly index: number;
  /** Seconds since the epoch. */
  readonly firstWallTime: number | null;
  /** Whether it went beyond step 0: a run that holds a summary only, as hyperparameters are written, did not. */
  readonly advanced: boolean;
}

/** What of a run changes while it grows. */
export interface RunLive {
  readonly state: 'live' | 'finished' | 'stale';
  /** Why it is thought to be so, in words. */
  readonly reason: string;
  readonly firstWallTime: number | null;
  readonly lastWallTime: number | null;
  readonly lastStep: number | null;
  /** Of all its series, superseded ones included. */
  readonly points: number;
  readonly restarts: number;
  /** Damaged places in its files. */
  readonly damage: number;
  readonly version: number;
}

export interface TagInfo {
  readonly name: string;
  /** Ascending indexes into `catalogue.runs`; tags with the same runs share the array. */
  readonly runs: readonly number[];
}

export interface KindInfo {
  readonly name: string;
  readonly title: string;
  /** False when the data is in the files and no room shows it. */
  readonly supported: boolean;
  readonly tags: readonly TagInfo[];
}

const NO_PROGRESS: Progress = { files: 0, bytes_total: 0, bytes_read: 0, done: false };

class Catalogue {
  loaded = $state(false);
  /** Why the first answer did not come, in a sentence. */
  failure = $state<string | null>(null);
  logdir = $state('');
  /** False while the log directory is not there yet. */
  exists = $state(true);
  runs = $state.raw<readonly RunInfo[]>([]);
  kinds = $state.raw<readonly KindInfo[]>([]);
  progress = $state.raw<Progress>(NO_PROGRESS);
  /** The answer it was made of came after everything that was there had been read; `progress` hears of that before. */
  whole = $state(false);
  /** Where the stream goes on from. Not reactive. */
  cursor = '';

  readonly byName = $derived(new Map(this.runs.map((run) => [run.name, run])));
  readonly #live = new SvelteMap<string, RunLive>();
  /** The newest version heard of, from this process of the server. */
  readonly #known = new Map<string, number>();
  /** Versions of this process count from here: above all that the processes before it gave. */
  #base = 0;
  #highest = 0;
  readonly #members = new WeakMap<readonly number[], Set<number>>();
  readonly #latest = new Latest();

  /** Asks for the whole catalogue. An answer that was overtaken is dropped. */
  async load(): Promise<void> {
    try {
      const outcome = await this.#latest.run((signal) => getJson<CatalogueAnswer>('catalogue', {}, signal));
      if (!outcome.stale) this.take(outcome.value);
    } catch (error) {
      this.failure = reasonOf(error);
      throw error;
    }
  }

  /** Takes over a catalogue's answer. */
  take(answer: CatalogueAnswer): void {
    // Another process of the server counts its versions from the beginning: whoever holds an answer of the last one would not ask again.
    if (this.cursor !== '' && processOf(answer.cursor) !== processOf(this.cursor)) {
      this.#known.clear();
      this.#base = this.#highest + 1;
    }
    this.cursor = answer.cursor;
    this.logdir = answer.logdir;
    this.exists = answer.exists;
    this.progress = answer.progress;
    const same =
      answer.runs.length === this.runs.length &&
      answer.runs.every(
        (run, i) =>
          this.runs[i]!.name === run.name &&
          this.runs[i]!.firstWallTime === run.first_wall_time &&
          this.runs[i]!.advanced === hasAdvanced(run),
      );
    if (!same) {
      this.runs = answer.runs.map((run, index) => ({
        name: run.name,
        index,
        firstWallTime: run.first_wall_time,
        advanced: hasAdvanced(run),
      }));
      const names = new Set(answer.runs.map((run) => run.name));
      for (const name of [...this.#live.keys()]) if (!names.has(name)) this.#live.delete(name);
      for (const name of [...this.#known.keys()]) if (!names.has(name)) this.#known.delete(name);
    }
    this.grow(answer.runs);
    this.kinds = answer.kinds.map((kind) => ({
      name: kind.name,
      title: kind.title,
      supported: kind.supported,
      tags: kind.tags.map((tag) => ({ name: tag.name, runs: answer.run_sets[tag.runs] ?? [] })),
    }));
    this.whole = answer.progress.done;
    this.failure = null;
    this.loaded = true;
  }

  /** Takes over what the stream says of runs that grew. */
  grow(runs: readonly RunAnswer[]): void {
    for (const run of runs) {
      // A catalogue that was on its way when the stream told of something newer.
      if (run.version < (this.#known.get(run.name) ?? 0)) continue;
      this.#known.set(run.name, run.version);
      const version = this.#base + run.version;
      this.#highest = Math.max(this.#highest, version);
      const before = this.#live.get(run.name);
      if (before && before.version === version && before.state === run.state && before.reason === run.state_reason)
        continue;
      this.#live.set(run.name, {
        state: run.state,
        reason: run.state_reason,
        firstWallTime: run.first_wall_time,
        lastWallTime: run.last_wall_time,
        lastStep: run.last_step,
        points: run.points,
        restarts: run.restarts,
        damage: run.damage,
        version,
      });
    }
  }

  live(name: string): RunLive | undefined {
    return this.#live.get(name);
  }

  version(name: string): number {
    return this.#live.get(name)?.version ?? 0;
  }

  tags(kind: string): readonly TagInfo[] {
    return this.kinds.find((one) => one.name === kind)?.tags ?? [];
  }

  readonly #tagsByName = $derived(
    new Map(this.kinds.map((kind) => [kind.name, new Map(kind.tags.map((tag) => [tag.name, tag]))])),
  );

  tag(kind: string, name: string): TagInfo | undefined {
    return this.#tagsByName.get(kind)?.get(name);
  }

  has(tag: TagInfo, index: number): boolean {
    let members = this.#members.get(tag.runs);
    if (members === undefined) this.#members.set(tag.runs, (members = new Set(tag.runs)));
    return members.has(index);
  }

  /** Counts for the foot of the runs panel: live and damaged runs, damaged places. */
  readonly counts = $derived.by(() => {
    let live = 0;
    let damaged = 0;
    let places = 0;
    for (const run of this.#live.values()) {
      if (run.state === 'live') live++;
      if (run.damage > 0) damaged++;
      places += run.damage;
    }
    return { live, damaged, places };
  });

  /** The log directory's last part, for the bar. */
  readonly title = $derived(this.logdir.replace(/\/+$/, '').split('/').slice(-2).join('/') || '/');
}

function hasAdvanced(run: RunAnswer): boolean {
  return (run.last_step ?? 0) > 0;
}

/** The part of a cursor that names the server's process. */
function processOf(cursor: string): string {
  return cursor.slice(0, Math.max(0, cursor.lastIndexOf('-')));
}

export const catalogue = new Catalogue();
