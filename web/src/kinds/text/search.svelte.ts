/**
 * Which texts hold what is searched for. Texts are read window by window, newest first, so the first hits are there at once and the last
 * word is honest: `done` only when every text was looked at.
 *
 *     $effect(() => search.go(run, tag, find, markdown, series));     goes on from where it was; stops with the effect
 *     search.hits(run, tag, find, markdown, series)                   { indexes, searched, done }; reactive
 */

import { untrack } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import { findAll, newestFirst, windowsOf } from './model';
import { texts } from './texts.svelte';
import type { TextSeries } from './types';

export interface Hits {
  /** Indexes of the texts that were found, newest first. */
  readonly indexes: readonly number[];
  /** How many texts were looked at. */
  readonly searched: number;
  readonly done: boolean;
}

const NONE: Hits = { indexes: [], searched: 0, done: false };

class Search {
  readonly #found = new SvelteMap<string, { series: TextSeries; hits: Hits }>();

  hits(run: string, tag: string, find: string, markdown: boolean, series: TextSeries): Hits {
    const found = this.#found.get(keyOf(run, tag, markdown, find));
    if (!found) return NONE;
    // The run has grown: what was found stands while the search goes over it again.
    return found.series === series ? found.hits : { ...found.hits, done: false };
  }

  go(run: string, tag: string, find: string, markdown: boolean, series: TextSeries): () => void {
    let stopped = false;
    const key = keyOf(run, tag, markdown, find);
    const goThrough = async () => {
      const wanted = new Set(series.indexes);
      const found: number[] = [];
      let searched = 0;
      for (const window of windowsOf(newestFirst(series, series.indexes.length))) {
        const entries = await texts.read(run, tag, window, markdown);
        if (stopped) return;
        for (const entry of entries.toReversed()) {
          if (!wanted.has(entry.index)) continue;
          searched++;
          if (findAll(wordsOf(entry.html), find).length > 0) found.push(entry.index);
        }
        // While a run grows the old list stays until the new one is whole, so that nothing jumps.
        const before = this.#found.get(key);
        if (!before || before.series === series)
          this.#found.set(key, { series, hits: { indexes: [...found], searched, done: false } });
      }
      this.#found.set(key, { series, hits: { indexes: found, searched, done: true } });
    };
    // What it reads on its way is no reason to begin again.
    void untrack(goThrough);
    return () => {
      stopped = true;
    };
  }
}

export const search = new Search();

/** The text as it is read, without its markup. A parsed document runs and fetches nothing. */
function wordsOf(html: string): string {
  return new DOMParser().parseFromString(html, 'text/html').body.textContent ?? '';
}

function keyOf(run: string, tag: string, markdown: boolean, find: string): string {
  return JSON.stringify([run, tag, markdown, find]);
}
