/**
 * What the server says of the runs side by side, kept up to date while they grow.
 *
 *     comparison.want(runs, tags, version)     in an effect; null asks for nothing
 *     comparison.runs, .tags                   the runs of the answer, and what is known of each tag so far
 *     comparison.done                          every tag that was asked for is there
 *     comparison.failure, .retry()
 *
 * Tags are asked for in pieces, so that the first rows are there at once. A run that grows is a reason to ask again, but not more often
 * than once a second, nor for more than a quarter of the time.
 */

import { postJson, reasonOf } from '../../lib/api';
import { Latest } from '../../lib/latest';
import type { components } from '../../lib/schema';
import type { ComparedTag } from './model';

const AT_ONCE = 40;
const LEAST_GAP_MS = 1000;
const SHARE = 4;

interface Question {
  readonly runs: readonly string[];
  readonly tags: readonly string[];
}

export class Comparison {
  runs = $state.raw<readonly string[]>([]);
  tags = $state.raw<ReadonlyMap<string, ComparedTag>>(new Map());
  done = $state(false);
  /** Why the last question failed, in a sentence. */
  failure = $state<string | null>(null);

  #question: Question | null = null;
  #key = '';
  #version = '';
  #asking = false;
  #earliest = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #latest = new Latest();

  /** `version` changes with every change of the runs' data. */
  want(runs: readonly string[], tags: readonly string[], version: string): void {
    const key = JSON.stringify([runs, tags]);
    if (key === this.#key && version === this.#version) return;
    this.#version = version;
    if (key !== this.#key) {
      this.#key = key;
      this.#question = { runs, tags };
      const [before, now] = [this.runs.join('\n'), runs.join('\n')];
      // The same runs keep what is known of their tags; other runs begin anew.
      if (before !== now) {
        this.runs = runs;
        this.tags = new Map();
      }
      this.done = false;
      this.#earliest = 0;
      this.#latest.cancel();
      this.#asking = false;
    }
    this.#plan();
  }

  retry(): void {
    this.failure = null;
    this.#earliest = 0;
    this.#plan();
  }

  destroy(): void {
    clearTimeout(this.#timer);
    this.#latest.cancel();
    this.#question = null;
  }

  #plan(): void {
    clearTimeout(this.#timer);
    // What grows while it is asked is asked again after it.
    if (this.#asking) return;
    this.#timer = setTimeout(() => void this.#ask(), Math.max(0, this.#earliest - performance.now()));
  }

  async #ask(): Promise<void> {
    const question = this.#question;
    if (question === null) return;
    const { runs, tags } = question;
    const version = this.#version;
    const began = performance.now();
    this.#asking = true;
    try {
      const outcome = await this.#latest.run(async (signal) => {
        const found = new Map<string, ComparedTag>();
        for (let at = 0; at < tags.length && runs.length > 1; at += AT_ONCE) {
          const answer = await postJson<components['schemas']['Comparison']>(
            'runs/compare',
            { runs, tags: tags.slice(at, at + AT_ONCE) },
            signal,
          );
          if (signal.aborted) break;
          for (const tag of answer.tags) found.set(tag.tag, tag);
          // The first time rows come as they are known; later all at once.
          if (!this.done) this.tags = new Map([...this.tags, ...found]);
        }
        return found;
      });
      if (outcome.stale || this.#question !== question) return;
      this.tags = outcome.value;
      this.done = true;
      this.failure = null;
    } catch (error) {
      if (this.#question === question) this.failure = reasonOf(error);
    } finally {
      if (this.#question === question) {
        this.#asking = false;
        this.#earliest = performance.now() + Math.max(LEAST_GAP_MS, SHARE * (performance.now() - began));
        if (this.failure === null && this.#version !== version) this.#plan();
      }
    }
  }
}
