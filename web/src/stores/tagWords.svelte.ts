/**
 * What event files say of tags in words, beside their names: usually nothing.
 *
 *     tagWords.need(kind)          asks for a kind's, and again when tags appear: call it in an $effect
 *     tagWords.of(kind, tag)       { displayName, described } or undefined
 *     tagWords.describe(kind, tag) its descriptions as sanitised HTML, each with its runs
 */

import { untrack } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import { getJson, reasonOf } from '../lib/api';
import { Latest } from '../lib/latest';
import type { components } from '../lib/schema';
import { catalogue } from './catalogue.svelte';

type Schemas = components['schemas'];
export type TagText = Schemas['TagText'];

export interface Words {
  /** Empty when it has none but its tag. */
  readonly displayName: string;
  readonly described: boolean;
}

/** While a log directory is being read, tags appear all the time. */
const PAUSE_MS = 1000;

class TagWords {
  readonly #byKind = new SvelteMap<string, ReadonlyMap<string, Words>>();
  readonly #latest = new Latest();
  #timer: ReturnType<typeof setTimeout> | undefined;

  need(kind: string): void {
    const known = catalogue.loaded && catalogue.tags(kind).length > 0;
    clearTimeout(this.#timer);
    // Untracked: an answer is no reason to ask again.
    const asked = untrack(() => this.#byKind.has(kind));
    if (known) this.#timer = setTimeout(() => void this.#ask(kind), asked ? PAUSE_MS : 0);
  }

  of(kind: string, tag: string): Words | undefined {
    return this.#byKind.get(kind)?.get(tag);
  }

  async describe(kind: string, tag: string): Promise<readonly TagText[]> {
    return (await getJson<Schemas['TagDescription']>('tags/description', { kind, tag })).descriptions;
  }

  async #ask(kind: string): Promise<void> {
    try {
      const outcome = await this.#latest.run((signal) => getJson<Schemas['TagWords']>('tags/words', { kind }, signal));
      if (outcome.stale) return;
      const words = outcome.value.tags.map(
        (one) => [one.tag, { displayName: one.display_name, described: one.described }] as const,
      );
      this.#byKind.set(kind, new Map(words));
    } catch (error) {
      // Cards have their tags all the same; the reason is for whoever looks for it.
      console.info(`The words about tags did not come: ${reasonOf(error)}`);
    }
  }
}

export const tagWords = new TagWords();
