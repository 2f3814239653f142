/**
 * The range of steps that all charts share: what their tables of values are about. In the URL.
 *
 *     stepRange.value      [first, last] or null;  stepRange.set(a, b), .clear()
 *     stepRange.mode       a plain drag over a chart selects a range (otherwise one with Ctrl does)
 */

import { view } from '../../stores/view.svelte';
import { parseLimits } from './model';
import { SETTINGS } from './settings';
import type { Range } from './types';

class StepRange {
  readonly #settings = view.settings(SETTINGS);
  mode = $state(false);

  readonly value: Range | null = $derived.by(() => {
    const [low, high] = parseLimits(this.#settings.range);
    return low === null || high === null ? null : [Math.round(low), Math.round(high)];
  });

  /** In any order. A range is nothing without its figures: they are shown. */
  set(a: number, b: number): void {
    const [low, high] = [Math.round(Math.min(a, b)), Math.round(Math.max(a, b))];
    if (low === high) return;
    this.#settings.range = `${low},${high}`;
    this.#settings.values = true;
  }

  clear(): void {
    this.#settings.range = '';
  }
}

export const stepRange = new StepRange();
