/** The figures of a card's table of values, from the server: exact, over all points. Made while a component is set up. */

import { untrack } from 'svelte';
import { postJson, reasonOf } from '../../lib/api';
import { Latest } from '../../lib/latest';
import type { components } from '../../lib/schema';
import { catalogue } from '../../stores/catalogue.svelte';
import { cursor } from '../../stores/cursor.svelte';
import { view } from '../../stores/view.svelte';
import { stream } from '../../stores/stream.svelte';
import type { ChartData } from './data.svelte';
import { stepRange } from './range.svelte';

import type { Range } from './types';

type Answer = components['schemas']['ScalarValues'];

/** While the cursor or a range moves, a question for each place would only be thrown away. */
const SETTLE_MS = 80;
/** Of runs that grow, the figures are asked for at most this often. */
const GROWTH_MS = 1000;

export class Values {
  /** An answer for each tag. */
  list = $state.raw<readonly Answer[]>([]);
  /** What they are about. */
  step = $state<number | null>(null);
  range = $state.raw<Range | null>(null);
  /** Why they did not come, in a sentence. */
  failure = $state<string | null>(null);
  readonly #latest = new Latest();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = '';
  #at = -Infinity;

  /** Asks while `wanted`. */
  constructor(about: () => ChartData, wanted: () => boolean) {
    $effect(() => {
      const data = about();
      void stream.returned;
      if (!wanted()) return;
      const [step, range] = [cursor.pinned, stepRange.value];
      const { centre, band } = view.grouping;
      const { baseline } = data;
      const question = JSON.stringify([
        ...[step, range, data.smoothing.smoother, data.smoothing.amount],
        ...[centre, band, baseline, data.tags.map((tag) => data.groupsOf(tag.name))],
      ]);
      const questions = data.tags.map(({ name: tag }) => ({
        tag,
        runs: [...new Set([...data.singlesOf(tag), ...(baseline === null ? [] : [baseline])])],
        groups: data.groupsOf(tag).map(({ key, runs }) => ({ name: key, runs })),
        centre,
        band,
        step,
        steps: range && ([...range] as [number, number]),
        smoothing: data.smoothing.amount,
        smoother: data.smoothing.smoother,
      }));
      for (const run of data.drawn) void catalogue.version(run.name);
      const grown = question === this.#asked;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(
        () => {
          this.#asked = question;
          void this.#ask(
            questions.filter((one) => one.runs.length + one.groups.length > 0),
            step,
            range,
          );
        },
        grown
          ? Math.max(SETTLE_MS, this.#at + GROWTH_MS - performance.now())
          : untrack(() => this.list.length && SETTLE_MS),
      );
    });
    $effect(() => () => {
      clearTimeout(this.#timer);
      this.#latest.cancel();
    });
  }

  async #ask(questions: readonly { tag: string }[], step: number | null, range: Range | null): Promise<void> {
    this.#at = performance.now();
    try {
      const outcome = await this.#latest.run((signal) =>
        Promise.all(questions.map((question) => postJson<Answer>('scalar/values', question, signal))),
      );
      if (outcome.stale) return;
      this.list = outcome.value;
      [this.step, this.range] = [step, range];
      this.failure = null;
    } catch (error) {
      this.failure = reasonOf(error);
    }
  }
}
