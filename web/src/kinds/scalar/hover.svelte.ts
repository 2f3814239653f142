/**
 * Where the pointer is among the charts. The step goes to the page's cursor; the place on the x axis stays here, because on an axis of time
 * it says more than a step.
 *
 *     hover.x       in units of the axis, the same for every chart; null when the pointer is on none
 *     hover.chart   the card under the pointer: it shows the readout
 */
import { cursor } from '../../stores/cursor.svelte';
import { runs } from '../../stores/runs.svelte';
import { runOfKey } from './chart';

class Hover {
  x = $state<number | null>(null);
  /** Its id. */
  chart = $state<string | null>(null);

  /** Key of the line under the pointer on that card. */
  line = $state<string | null>(null);

  at(chart: string, x: number, step: number | null, line: string | null): void {
    this.chart = chart;
    this.x = x;
    cursor.hover = step;
    this.line = line;
    runs.hover = line === null ? null : runOfKey(line);
  }

  /** The pointer has left this card (or it is gone). */
  leave(chart: string): void {
    if (this.chart !== chart) return;
    this.chart = null;
    this.x = null;
    this.line = null;
    cursor.hover = null;
    runs.hover = null;
  }
}

export const hover = new Hover();
