/**
 * A card's data: which lines it has, over which range of the x axis. It asks while the card is awake, one loader for each tag, and keeps
 * what came. Made while a component is set up: its effects end with the component.
 */

import { untrack } from 'svelte';
import { heightAt } from '../../lib/baseline';
import { commonPrefix } from '../../lib/name';
import { assignSlots, DASHES } from '../../lib/slot';
import type { ScaleKind } from '../../lib/chart/scale';
import { MANY_LINES } from '../../lib/chart/spec';
import { catalogue, type TagInfo } from '../../stores/catalogue.svelte';
import { groups } from '../../stores/groups.svelte';
import { runs, type Run } from '../../stores/runs.svelte';
import { stream } from '../../stores/stream.svelte';
import { view } from '../../stores/view.svelte';
import type { ChartSpec } from './chart';
import { ownOf } from './grid';
import { Loader } from './loader.svelte';
import type { Wish } from './question';
import { isEmpty, limited, parseLimits, scaleOfX, smoothingOf, wholeX, withZoom, zoomOf, type Limits } from './model';
import { SETTINGS } from './settings';
import { shownOf } from './overtaken';
import type { Line, Range, XUnit } from './types';

/** A tag among those of a chart. */
export interface TagKey {
  /** Its name without what all of them share. */
  readonly text: string;
  readonly slot: number;
  readonly colour: string;
  readonly dash: readonly number[];
}

/** How a line is told apart. */
export interface LineStyle {
  readonly slot: number;
  /** For CSS. */
  readonly colour: string;
  readonly dash: readonly number[];
  readonly label: string;
  /** The tag, where the label is not enough; otherwise empty. */
  readonly part: string;
  /** ` (3 seeds)` of a group: how many of its runs have the tag; of a run empty. */
  readonly size: string;
  /** All of it: `cnn · train (3 seeds)`. */
  readonly name: string;
}

/** Who a line is: a run or a group of some, and a tag. */
export interface LineOf {
  readonly run: string;
  readonly tag: string;
  /** Of a group: its runs that have the tag. */
  readonly spread?: { readonly runs: readonly string[] } | undefined;
}

/** What of the page the data depends on. */
export interface Asking {
  chart: () => ChartSpec;
  /** In sight, or full screen. */
  awake: () => boolean;
  /** Pixel columns of the plot; 0 before it has been measured. */
  columns: () => number;
  /** Somebody looks at single points, which a hundred thin lines are drawn without. */
  close: () => boolean;
}

export class ChartData {
  readonly #asking: Asking;
  readonly #settings = view.settings(SETTINGS);
  #loaders = $state.raw<ReadonlyMap<string, Loader>>(new Map());
  #known: Range | null = $state.raw(null);
  /** Nothing is said of loading in the first 150 ms. */
  slow = $state(false);

  readonly chart: ChartSpec = $derived.by(() => this.#asking.chart());
  readonly tags: readonly TagInfo[] = $derived(this.chart.tags.flatMap((name) => catalogue.tag('scalar', name) ?? []));
  /** The runs drawn, with the tags they have. */
  readonly drawnOf: ReadonlyMap<string, readonly Run[]> = $derived(
    new Map(this.tags.map((tag) => [tag.name, runs.drawnOf(tag)])),
  );
  readonly drawn: readonly Run[] = $derived(
    this.tags.length === 1
      ? this.drawnOf.get(this.tags[0]!.name)!
      : runs.drawn.filter((run) => this.tags.some((tag) => catalogue.has(tag, run.index))),
  );
  /** What has a line of its own: a run, or a group of those drawn. */
  readonly #unitsOf: ReadonlyMap<string, readonly Unit[]> = $derived(
    new Map([...this.drawnOf].map(([tag, drawn]) => [tag, unitsOf(drawn)])),
  );
  readonly #unitNames: ReadonlySet<string> = $derived(
    new Set([...this.#unitsOf.values()].flatMap((units) => units.map((unit) => unit.name))),
  );
  /** The runs of groups that are drawn too, faintly: of all groups, or of the lit one. */
  readonly #faintOf: ReadonlyMap<string, readonly Unit[]> = $derived.by(() => {
    const lit = runs.hover === null ? undefined : (groups.get(runs.hover) ?? groups.of(runs.hover));
    const shown = (unit: Unit) => view.grouping.members || unit.name === lit?.key;
    return new Map(
      [...this.#unitsOf].map(([tag, units]) => [
        tag,
        units.flatMap((unit) => (unit.members && shown(unit) ? unit.members.map((name) => ({ name })) : [])),
      ]),
    );
  });
  /** Lines there are to draw. */
  readonly expected: number = $derived([...this.#unitsOf.values()].reduce((sum, units) => sum + units.length, 0));
  /** Runs that have it and are not shown. */
  readonly others: readonly string[] = $derived(
    [...new Set(this.tags.flatMap((tag) => tag.runs))]
      .sort((a, b) => a - b)
      .flatMap((index) => catalogue.runs[index]?.name ?? [])
      .filter((name) => !runs.get(name)),
  );

  // ── how lines are told apart ──
  /** By the run's colour and dash; by the tag's colour where one run is all there is; by the run's colour and the tag's dash otherwise. */
  readonly by: 'run' | 'tag' | 'both' = $derived(
    this.chart.tags.length <= 1 ? 'run' : this.#unitNames.size <= 1 ? 'tag' : 'both',
  );
  readonly #tagKeys: ReadonlyMap<string, TagKey> = $derived.by(() => {
    const names = this.chart.tags;
    const prefix = commonPrefix(names);
    const slots = assignSlots(names);
    return new Map(
      names.map((name, i) => [
        name,
        {
          text: name.slice(prefix.length),
          slot: slots.get(name)!,
          colour: this.by === 'tag' ? `var(--run-${slots.get(name)!})` : 'var(--ink-3)',
          dash: this.by === 'tag' ? [] : DASHES[i % DASHES.length]!,
        },
      ]),
    );
  });

  keyOf(tag: string): TagKey {
    return this.#tagKeys.get(tag)!;
  }

  /** Colours of which there are two here: where a line has one for itself, a dash would tell it from nothing. */
  readonly #shared: ReadonlySet<number> = $derived.by(() => {
    const [once, twice] = [new Set<number>(), new Set<number>()];
    for (const unit of this.#unitNames) {
      const { slot } = runs.style(unit);
      (once.has(slot) ? twice : once).add(slot);
    }
    return twice;
  });

  /** How a line is drawn and called. */
  styleOf({ run, tag, spread }: LineOf): LineStyle {
    const { slot, colour, dash } = runs.style(run);
    const key = this.keyOf(tag);
    const label = this.by === 'tag' ? key.text : runs.label(run);
    const part = this.by === 'both' ? key.text : '';
    const group = spread && groups.get(run);
    const size = group ? ` (${groups.word(group, spread.runs.length)})` : '';
    const named = { label, part, size, name: `${label}${part === '' ? '' : ` · ${part}`}${size}` };
    if (this.by === 'run') return { slot, colour, dash: this.#shared.has(slot) ? dash : [], ...named };
    if (this.by === 'tag') return { slot: key.slot, colour: key.colour, dash: key.dash, ...named };
    return { slot, colour, dash: key.dash, ...named };
  }

  // ── the axis ──
  /** As an axis a tag needs a name. */
  readonly unit: XUnit = $derived(this.#settings.x === 'tag' && this.#settings.xTag === '' ? 'step' : this.#settings.x);
  readonly xTag: string = $derived(this.unit === 'tag' ? this.#settings.xTag : '');
  readonly xScale = $derived(scaleOfX(this.#settings.xScale));
  readonly smoothing = $derived(smoothingOf(this.#settings));
  readonly smooth: boolean = $derived(this.smoothing.amount > 0);
  /** Of this chart, or of all. */
  readonly yKind: ScaleKind = $derived.by(() => {
    const own = ownOf(this.#settings.yOf, this.chart.id);
    return own === 'linear' || own === 'log' || own === 'symlog' ? own : this.#settings.y;
  });
  readonly #ownX: Limits | null = $derived(zoomOf(this.#settings.zoom, this.chart.id, this.#settings.xScale));
  readonly ownY: Limits | null = $derived(zoomOf(this.#settings.zoomY, this.chart.id, this.yKind));
  readonly #limitsX: Limits = $derived(parseLimits(this.#settings.limitsX));
  /** What is in sight; null for all of it. */
  readonly zoom: Range | null = $derived.by(() => {
    const limits = this.#ownX ?? this.#limitsX;
    if (isEmpty(limits)) return null;
    const range = limited(this.#known ?? [-Infinity, Infinity], limits, this.#settings.xScale);
    return Number.isFinite(range[0]) && Number.isFinite(range[1]) ? range : null;
  });
  readonly zoomed: boolean = $derived(this.#ownX !== null || this.ownY !== null);

  // ── the lines ──
  readonly lines: readonly Line[] = $derived.by(() =>
    this.tags.flatMap((tag) => this.#loaders.get(tag.name)?.lines(this.#unitsOf.get(tag.name)!, this.zoom) ?? []),
  );
  /** The runs that have a line of a tag to themselves. */
  singlesOf(tag: string): string[] {
    return (this.#unitsOf.get(tag) ?? []).flatMap(({ name, members }) => (members === undefined ? [name] : []));
  }

  /** The groups that are drawn of a tag, with those of their runs that are. */
  groupsOf(tag: string): { key: string; runs: string[] }[] {
    return (this.#unitsOf.get(tag) ?? []).flatMap(({ name, members }) =>
      members === undefined ? [] : [{ key: name, runs: [...members] }],
    );
  }

  /** Values have something to be compared with. */
  readonly compares: boolean = $derived.by(() => this.tags.some((tag) => this.#baselineOf(tag.name) !== null));

  /** What the baseline run is at `x`, drawn or not; NaN where it has no value. */
  baselineAt(tag: string, x: number): number {
    const rows = this.#baselineOf(tag)?.rows;
    if (rows === undefined) return NaN;
    return this.smooth ? heightAt(rows, rows.smooth, rows.smooth, x) : heightAt(rows, rows.first, rows.last, x);
  }

  #baselineOf(tag: string): Line | null {
    const run = this.baseline;
    if (run === null) return null;
    const lines = this.#loaders.get(tag)?.lines([{ name: run }], this.zoom) ?? [];
    return lines.find((line) => !line.superseded) ?? null;
  }
  /** The run that values are compared with; null when none is. */
  readonly baseline: string | null = $derived(
    view.baseline !== null && catalogue.byName.has(view.baseline) ? view.baseline : null,
  );
  /** The single runs of groups, without what a restart has overtaken. */
  readonly faint: readonly Line[] = $derived.by(() =>
    this.tags.flatMap((tag) =>
      (this.#loaders.get(tag.name)?.lines(this.#faintOf.get(tag.name)!, this.zoom) ?? []).filter(
        (line) => !line.superseded,
      ),
    ),
  );
  /** The lines without those that a restart has overtaken. */
  readonly current: readonly Line[] = $derived(this.lines.filter((line) => !line.superseded));
  /** What is drawn of them: the others have no say in where the axis ends. */
  readonly shown: readonly Line[] = $derived.by(() => shownOf(this.lines, this.#settings.overtaken));
  readonly whole: Range = $derived(wholeX(this.shown, isLive, this.#settings.xScale));
  readonly range: Range = $derived(this.zoom ?? this.whole);
  readonly isEmpty: boolean = $derived(this.expected === 0);
  readonly isThere: boolean = $derived(this.lines.length > 0);
  /** Zoomed in further than what is there yet: rows of many points stand for what lies within them. */
  readonly isCoarse: boolean = $derived.by(
    () =>
      this.zoom !== null &&
      [...this.#loaders.values()].some((one) => !one.covers(this.zoom)) &&
      this.lines.some(({ points, rows }) => points > rows.x.length),
  );
  /** Why the last question failed, in a sentence. */
  readonly failure: string | null = $derived.by(
    () => [...this.#loaders.values()].find((one) => one.failure !== null)?.failure ?? null,
  );
  readonly #asks: boolean = $derived.by(() => [...this.#loaders.values()].some((one) => one.asking));
  readonly #restarted: boolean = $derived(this.drawn.some((run) => (catalogue.live(run.name)?.restarts ?? 0) > 0));

  constructor(asking: Asking) {
    this.#asking = asking;
    $effect.pre(() => {
      const names = this.tags.map((tag) => tag.name);
      untrack(() => this.#keep(names));
    });
    $effect(() => {
      void stream.returned;
      const columns = asking.columns();
      const wanted =
        asking.awake() && columns > 0
          ? {
              unit: this.unit,
              xTag: this.xTag,
              xScale: this.#settings.xScale,
              range: this.zoom,
              width: columns,
              smoother: this.smoothing.smoother,
              smoothing: this.smoothing.amount,
              superseded: this.#restarted,
              detail: this.expected <= MANY_LINES || asking.close(),
              centre: view.grouping.centre,
              band: view.grouping.band,
            }
          : null;
      for (const [tag, loader] of this.#loaders) {
        const drawn = [...(this.#unitsOf.get(tag) ?? []), ...(this.#faintOf.get(tag) ?? [])];
        // The baseline is compared with also where it is not drawn, or only within its group.
        const base = drawn.length > 0 && !drawn.some((unit) => unit.name === this.baseline) ? this.baseline : null;
        const about = [...drawn, ...(base === null ? [] : [{ name: base }])].map(wishOf);
        const question = wanted === null || about.length === 0 ? null : { ...wanted, tag, runs: about };
        untrack(() => loader.want(question));
      }
    });
    // What failed for want of an answer is asked again when the server is back.
    $effect(() => {
      if (stream.returned > 0) untrack(() => this.failure !== null && this.retry());
    });
    $effect(() => {
      this.slow = false;
      if (!this.#asks) return;
      const timer = setTimeout(() => (this.slow = true), 150);
      return () => clearTimeout(timer);
    });
    // A limit that leaves one end to the data needs to know where that is: what came last said so.
    $effect(() => {
      const [low, high] = this.whole;
      if (this.isThere && (this.#known?.[0] !== low || this.#known?.[1] !== high)) this.#known = this.whole;
    });
    $effect(() => () => this.#keep([]));
  }

  /** One loader for each of these tags. */
  #keep(names: readonly string[]): void {
    const before = this.#loaders;
    if (names.length === before.size && names.every((name) => before.has(name))) return;
    for (const [name, loader] of before) if (!names.includes(name)) loader.destroy();
    this.#loaders = new Map(names.map((name) => [name, before.get(name) ?? new Loader()]));
  }

  retry(): void {
    for (const loader of this.#loaders.values()) if (loader.failure !== null) loader.retry();
  }

  /** Null shows all of that axis; undefined leaves it as it is. */
  zoomTo(x: Range | null | undefined, y: Range | null | undefined): void {
    if (x !== undefined) this.#settings.zoom = withZoom(this.#settings.zoom, this.chart.id, x);
    if (y !== undefined) this.#settings.zoomY = withZoom(this.#settings.zoomY, this.chart.id, y);
  }

  fit(): void {
    this.zoomTo(null, null);
  }
}

/** A run, or a group with those of its runs that are drawn. */
interface Unit {
  readonly name: string;
  readonly members?: readonly string[];
}

/** Groups and single runs in the order of the runs. A group of which one run is drawn is that run. */
function unitsOf(drawn: readonly Run[]): Unit[] {
  const units = new Map<string, string[]>();
  for (const { name } of drawn) {
    const key = groups.of(name)?.key ?? name;
    const members = units.get(key);
    if (members) members.push(name);
    else units.set(key, [name]);
  }
  return [...units].map(([name, members]) => (members.length > 1 ? { name, members } : { name: members[0]! }));
}

function wishOf({ name, members }: Unit): Wish {
  if (members === undefined) return { name, version: catalogue.version(name) };
  return { name, version: Math.max(...members.map((member) => catalogue.version(member))), members };
}

/** Is this run live, or one of this group? */
export function isLive(name: string): boolean {
  const members = groups.get(name)?.runs ?? [name];
  return members.some((run) => catalogue.live(run)?.state === 'live');
}
