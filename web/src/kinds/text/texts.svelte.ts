/**
 * Texts that were looked at, in windows, kept up to date.
 *
 *     steps.want(run, tag), steps.get(run, tag)       which steps there are
 *     seriesAt(run, tag, overtaken)                   the same, ready to be searched
 *     texts.want(run, tag, indexes, markdown)         in an effect: asks for the windows that hold these indexes and are not there
 *     texts.at(run, tag, index, markdown)             an entry, or undefined; texts.failure(run, tag, index, markdown); texts.retry(...)
 */

import { untrack } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import { reasonOf } from '../../lib/api';
import { catalogue } from '../../stores/catalogue.svelte';
import { Growing } from '../../stores/growing.svelte';
import { readEntries, readSteps } from './api';
import { isCurrent, sameSteps, seriesOf, WINDOW, windowsOf } from './model';
import type { TextEntry, TextSeries, TextStep } from './types';

export const steps = new Growing<readonly TextStep[]>(readSteps, sameSteps);

const series = new WeakMap<readonly TextStep[], Map<boolean, TextSeries>>();

/** A tag's texts in a run, by step; undefined before the first answer. Reactive. */
export function seriesAt(run: string, tag: string, overtaken: boolean): TextSeries | undefined {
  const all = steps.get(run, tag)?.value;
  if (!all) return undefined;
  let both = series.get(all);
  if (both === undefined) series.set(all, (both = new Map()));
  let one = both.get(overtaken);
  if (one === undefined) both.set(overtaken, (one = seriesOf(all, overtaken)));
  return one;
}

interface Window {
  readonly entries: readonly TextEntry[];
  readonly failure: string | null;
  /** The run's, when it was asked for: a failure stands until the run has grown. */
  readonly version: number;
}

/** Windows kept; the ones not asked for longest go first. 400 windows of 20 texts are what a long look at a log directory needs. */
const KEEP = 400;

class Texts {
  readonly #windows = new SvelteMap<string, Window>();
  readonly #asking = new Set<string>();

  want(run: string, tag: string, indexes: readonly number[], markdown: boolean): void {
    const all = steps.get(run, tag)?.value;
    const version = catalogue.version(run);
    if (!all) return;
    untrack(() => {
      for (const window of windowsOf(indexes)) {
        const key = keyOf(run, tag, window, markdown);
        const known = this.#windows.get(key);
        if (known && known.failure === null && isCurrent(known.entries, window, all)) continue;
        if ((known?.failure != null && known.version >= version) || this.#asking.has(key)) continue;
        void this.#ask(run, tag, window, markdown);
      }
    });
  }

  at(run: string, tag: string, index: number, markdown: boolean): TextEntry | undefined {
    const window = Math.floor(index / WINDOW);
    const entry = this.#windows.get(keyOf(run, tag, window, markdown))?.entries[index - window * WINDOW];
    // A late event has moved it: what is there is another step's.
    return entry !== undefined && entry.step === steps.get(run, tag)?.value?.[index]?.step ? entry : undefined;
  }

  failure(run: string, tag: string, index: number, markdown: boolean): string | null {
    return this.#windows.get(keyOf(run, tag, Math.floor(index / WINDOW), markdown))?.failure ?? null;
  }

  retry(run: string, tag: string, index: number, markdown: boolean): void {
    void this.#ask(run, tag, Math.floor(index / WINDOW), markdown);
  }

  /** Asks for a window and waits for it; for a search, which goes through them one by one. */
  async read(run: string, tag: string, window: number, markdown: boolean): Promise<readonly TextEntry[]> {
    const key = keyOf(run, tag, window, markdown);
    const all = steps.get(run, tag)?.value ?? [];
    const known = this.#windows.get(key);
    if (!known || known.failure !== null || !isCurrent(known.entries, window, all))
      await this.#ask(run, tag, window, markdown);
    return this.#windows.get(key)?.entries ?? [];
  }

  async #ask(run: string, tag: string, window: number, markdown: boolean): Promise<void> {
    const key = keyOf(run, tag, window, markdown);
    this.#asking.add(key);
    const before = this.#windows.get(key)?.entries ?? [];
    const version = untrack(() => catalogue.version(run));
    let now: Window;
    try {
      now = { entries: await readEntries(run, tag, window * WINDOW, WINDOW, markdown), failure: null, version };
    } catch (error) {
      now = { entries: before, failure: reasonOf(error), version };
    }
    this.#asking.delete(key);
    // Put at the end: a map keeps the order of insertion, so the first is the one not asked for longest.
    this.#windows.delete(key);
    this.#windows.set(key, now);
    for (const old of this.#windows.keys()) {
      if (this.#windows.size <= KEEP) break;
      this.#windows.delete(old);
    }
  }
}

export const texts = new Texts();

function keyOf(run: string, tag: string, window: number, markdown: boolean): string {
  return `${window}${markdown ? 'm' : 'r'}${run.length}:${run}${tag}`;
}
