/** The figures of a card's table of values, from the server: exact, over all points. Made while a component is set up. */

import { untrack } from 'svelte';
import { postJson, reasonOf } from '../../lib/api';
import { Latest } from '../../lib/latest';
import type { components } from '../../lib/schema';
import { catalogue } from '../../stores/catalogue.svelte';
import { cursor } from '../../stores/cursor.svelte';
import { stream } from '../../stores/stream.svelte';
import type { ChartData } from './data.svelte';
import { stepRange } from './range.svelte';

import type { Range } from './types';

type RunValues = components['schemas']['ScalarRunValues'];
type Answer = components['schemas']['ScalarValues'];

/** A line's figures. */
export interface TagValues extends RunValues {
  readonly tag: string;
}

/** While the cursor or a range moves, a question for each place would only be thrown away. */
const SETTLE_MS = 80;
/** Of runs that grow, the figures are asked for at most this often. */
const GROWTH_MS = 1000;

export class Values {
  list = $state.raw<readonly TagValues[]>([]);
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
      const question = JSON.stringify([step, range, data.smoothing.smoother, data.smoothing.amount]);
      const questions = data.tags.map((tag) => ({
        tag: tag.name,
        runs: data.drawnOf.get(tag.name)!.map((run) => run.name),
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
            questions.filter((one) => one.runs.length > 0),
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
      this.list = outcome.value.flatMap((answer) => answer.runs.map((run) => ({ ...run, tag: answer.tag })));
      [this.step, this.range] = [step, range];
      this.failure = null;
    } catch (error) {
      this.failure = reasonOf(error);
    }
  }
}
