/**
 * Charts that somebody made, of several tags. Those shown are in the URL; those that are kept are remembered in this browser and shown
 * again at a visit that no link brought.
 *
 *     charts.list, .specs        those shown;  charts.passing(test)
 *     charts.kept                those remembered, shown or not
 *     charts.put(chart, before)  adds one, or takes the place of the one named `before`
 *     charts.remove(name), .move(name, beside, where), .keep(name, on)
 *     charts.combine(onto, id)   what dropping one card on another does;  charts.combined, .undoCombine()
 *     charts.editing             what the dialog is about: null when it is closed
 */

import { catalogue } from '../../stores/catalogue.svelte';
import { view } from '../../stores/view.svelte';
import {
  chartOf,
  chartText,
  idOf,
  nameFor,
  parseCharts,
  reordered,
  tagsOf,
  type ChartSpec,
  type CustomChart,
} from './chart';
import { SETTINGS } from './settings';

const STORAGE_KEY = 'sightline.charts';

/** The chart in the dialog, and the name of the one it takes the place of. */
export interface Editing {
  readonly chart: CustomChart;
  readonly before: string | null;
}

class Charts {
  readonly #settings = view.settings(SETTINGS);
  #kept = $state.raw<readonly string[]>(readKept());
  editing = $state.raw<Editing | null>(null);

  readonly list: readonly CustomChart[] = $derived(parseCharts(this.#settings.charts));
  readonly kept: readonly CustomChart[] = $derived(parseCharts(this.#kept));
  readonly #names = $derived(catalogue.tags('scalar').map((tag) => tag.name));
  readonly specs: readonly ChartSpec[] = $derived(
    this.list.map((chart) => ({ id: idOf(chart.name), title: chart.name, tags: tagsOf(chart, this.#names).tags })),
  );

  /** Those of which the title or a tag passes. */
  passing(test: (name: string) => boolean): ChartSpec[] {
    return this.specs.filter((one) => test(one.title) || one.tags.some(test));
  }

  /** What a card of this id is about: a custom chart, or else a tag. */
  specOf(id: string): ChartSpec {
    return this.specs.find((spec) => spec.id === id) ?? chartOf(id);
  }

  /** The chart of this id when it is a custom one. */
  of(id: string): CustomChart | undefined {
    return this.list.find((chart) => idOf(chart.name) === id);
  }

  /** What its expression finds of the tags there are. */
  foundOf(chart: CustomChart): { tags: readonly string[]; more: number; error: string | null } {
    return tagsOf(chart, this.#names);
  }

  put(chart: CustomChart, before: string | null = null): void {
    const at = this.list.findIndex((one) => one.name === before);
    const next = [...this.list];
    next.splice(at < 0 ? next.length : at, at < 0 ? 0 : 1, chart);
    if (before !== null && before !== chart.name) this.#rename(before, chart.name);
    this.#show(next);
    if (before !== null) this.#forget(before);
    this.keep(chart.name, true);
  }

  remove(name: string): void {
    this.#forget(name);
    this.#show(this.list.filter((one) => one.name !== name));
  }

  move(name: string, beside: string, where: 'before' | 'after'): void {
    const names = reordered(
      this.list.map((one) => one.name),
      name,
      beside,
      where,
    );
    this.#show(names.map((one) => this.list.find((chart) => chart.name === one)!));
  }

  isKept(name: string): boolean {
    return this.kept.some((one) => one.name === name);
  }

  /** Remembers a chart in this browser, or forgets it. */
  keep(name: string, on: boolean): void {
    this.#forget(name);
    const chart = this.list.find((one) => one.name === name);
    if (on && chart) this.#remember([...this.#kept, chartText(chart)]);
  }

  /**
   * Shows those that are kept and have tags here, unless a link said what to show. Called again whenever tags appear: while a log directory
   * is being read, a chart's may come late. Each is shown once.
   */
  recall(): void {
    if (view.linked) return;
    const there = new Set(this.#names);
    const found = this.kept.filter(
      (chart) => !this.#recalled.has(chart.name) && tagsOf(chart, this.#names).tags.some((tag) => there.has(tag)),
    );
    for (const chart of found) this.#recalled.add(chart.name);
    const shown = new Set(this.list.map((one) => one.name));
    const missing = found.filter((chart) => !shown.has(chart.name));
    if (missing.length > 0) this.#show([...this.list, ...missing]);
  }
  readonly #recalled = new Set<string>();

  /** What dropping one card on another last made, and what was there before; null once it was undone or read. */
  combined = $state.raw<{ readonly name: string; readonly before: CustomChart | null } | null>(null);

  undoCombine(): void {
    if (this.combined === null) return;
    const { name, before } = this.combined;
    this.combined = null;
    if (before === null) this.remove(name);
    else this.put(before, name);
  }

  /** The chart of both: what is dropped joins a chart of named tags, and otherwise makes a new one. Gives its id. */
  combine(onto: ChartSpec, other: ChartSpec): string {
    const own = this.of(onto.id);
    const tags = [...new Set([...onto.tags, ...other.tags])];
    const name =
      own && own.pattern === null
        ? own.name
        : nameFor(
            tags,
            this.list.map((one) => one.name),
          );
    const before = own && own.pattern === null ? own : null;
    this.put({ name, tags, pattern: null }, before?.name ?? null);
    this.combined = { name, before };
    return idOf(name);
  }

  #show(list: readonly CustomChart[]): void {
    this.#settings.charts = list.map(chartText);
  }

  #forget(name: string): void {
    if (this.isKept(name)) this.#remember(this.kept.filter((one) => one.name !== name).map(chartText));
  }

  #remember(texts: readonly string[]): void {
    this.#kept = texts;
    try {
      localStorage.setItem(STORAGE_KEY, JSON.stringify(texts));
    } catch {
      // Storage is switched off or full: the charts are still in the URL.
    }
  }

  /** What is said of a chart by its id goes with it. */
  #rename(from: string, to: string): void {
    const settings = this.#settings;
    const [id, suffix] = [idOf(from), `,${idOf(from)}`];
    const renamed = (text: string) => (text.endsWith(suffix) ? text.slice(0, -suffix.length) + `,${idOf(to)}` : text);
    for (const name of ['zoom', 'zoomY', 'yOf', 'sizes'] as const) settings[name] = settings[name].map(renamed);
    for (const name of ['pinned', 'valuesOf'] as const)
      settings[name] = settings[name].map((one) => (one === id ? idOf(to) : one));
  }
}

function readKept(): readonly string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '[]');
    return Array.isArray(kept) ? kept.map(String) : [];
  } catch {
    return []; // Storage is switched off, or holds something else: nothing is remembered.
  }
}

export const charts = new Charts();
