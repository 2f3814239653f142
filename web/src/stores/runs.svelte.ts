/**
 * The runs as they are shown: which are on, in which colour, which one is lit. The table and every chart read the same.
 *
 *     runs.drawn                 Run[] that charts draw: switched on and passing the filter, in natural order
 *     runs.drawnOf(tag)          those of them that have this TagInfo
 *     runs.get(name)             one of the drawn runs, or undefined
 *     runs.style(name)           { slot, colour: 'var(--run-3)', token: '--run-3', dash } of any run, drawn or not
 *     runs.hover                 name of the lit run or key of the lit group (stores/groups), or null: assign it when a row
 *                                or a line is under the pointer
 *     runs.isOn(name), .switch(names, on), .only(names), .switchAll(on)
 *     runs.label(name)           its alias, or the name without the part that all names share;  runs.prefix is that part
 *     runs.named(name)           the same for TagName: { name, prefix, title }, the run's own name in the tooltip
 *     runs.showHidden            assign to list what notes hide, which is never drawn;  runs.hiddenCount
 *     runs.link()                the address of this view, with the runs that the page chose and the colours of our notes
 *     runs.offered(names), .showOffered(names)          for a way out: "Show those 2"
 *     runs.filter                what stands in the filter field (stores/filter): test(name), mistake
 *
 * For a canvas: theme.colour(run.token). `dash` is [] (solid) unless an earlier drawn run has the same colour.
 */

import { commonPrefix } from '../lib/name';
import { own } from '../lib/own';
import { defaultRuns, only, selects, withSwitched, type Selection } from '../lib/selection';
import { assignDashes, assignSlots, slotOf } from '../lib/slot';
import { catalogue, type RunInfo, type TagInfo } from './catalogue.svelte';
import { filter } from './filter.svelte';
import { groups } from './groups.svelte';
import { notes } from './notes.svelte';
import { view } from './view.svelte';

export interface RunStyle {
  /** 1 ... 12. */
  readonly slot: number;
  /** For CSS. */
  readonly colour: string;
  /** For `theme.colour`. */
  readonly token: string;
  /** Canvas or SVG dash pattern in CSS pixels; empty is solid. */
  readonly dash: readonly number[];
}

/** A run that is drawn. */
export interface Run extends RunInfo, RunStyle {}

class Runs {
  /** The lit run. State, not view: it is in no URL. */
  hover = $state<string | null>(null);

  readonly filter = filter;

  /** Runs that notes hide are listed. State, not view. */
  showHidden = $state(false);

  /** All runs but the hidden ones. */
  readonly #visible: readonly RunInfo[] = $derived(
    notes.hidden.size === 0 ? catalogue.runs : catalogue.runs.filter((run) => !notes.hidden.has(run.name)),
  );

  /** Once everything has been read the default stays as it is, so that no line goes because a run began; new runs join it. */
  #settled: Set<string> | null = null;
  #known = new Set<string>();
  #forgotten = $state(0);
  readonly #default: ReadonlySet<string> = $derived.by(() => {
    void this.#forgotten;
    const all = this.#visible;
    if (this.#settled === null) {
      const chosen = defaultRuns(all);
      if (catalogue.loaded && catalogue.whole && all.length > 0) {
        this.#settled = chosen;
        this.#known = new Set(all.map((run) => run.name));
      }
      return chosen;
    }
    const grown = new Set(this.#settled);
    for (const run of all) {
      if (!this.#known.has(run.name)) grown.add(run.name);
      this.#known.add(run.name);
    }
    return (this.#settled = grown);
  });

  /**
   * What the page switches on. Of many runs that a filter leaves, those it would choose if there were no others: what she looked for is
   * drawn, and goes when the filter does.
   */
  readonly #inDefault = $derived.by(() => {
    const chosen = this.#default;
    if (view.runFilter.trim() === '') return chosen;
    return new Set([...chosen, ...defaultRuns(this.#visible.filter((run) => this.#passes(run.name)))]);
  });

  /** On the page that compares runs the switches say which ones are compared; what is on elsewhere stays as it is. */
  readonly #selected = $derived(selects(view.selection, (name) => this.#inDefault.has(name)));
  readonly #isOn = $derived.by(() => {
    if (!view.comparing) {
      const selected = this.#selected;
      return (name: string) => selected(name) && !notes.hidden.has(name);
    }
    const compared = new Set(view.compared);
    return (name: string) => compared.has(name);
  });

  /** Runs that pass the filter, in natural order. */
  readonly matched: readonly RunInfo[] = $derived(
    (this.showHidden || filter.fields.includes('note:hidden') ? catalogue.runs : this.#visible).filter((run) =>
      this.#passes(run.name),
    ),
  );

  /** Runs that pass the filter and are hidden. */
  readonly hiddenCount: number = $derived(
    notes.hidden.size === 0
      ? 0
      : catalogue.runs.filter((run) => notes.hidden.has(run.name) && this.#passes(run.name)).length,
  );

  readonly drawn: readonly Run[] = $derived.by(() => {
    const among = view.comparing ? catalogue.runs : this.matched;
    const on = among.filter((run) => this.#isOn(run.name));
    // The runs of a group share one colour and one dash.
    const slots = new Map(on.map((run) => [unitOf(run.name), this.#slot(run.name)]));
    const dashes = assignDashes([...slots.values()]);
    const styles = new Map([...slots].map(([unit, slot], i) => [unit, { ...styleOf(slot), dash: dashes[i]! }]));
    return on.map((run) => ({ ...run, ...styles.get(unitOf(run.name))! }));
  });

  readonly #slots = $derived(assignSlots(catalogue.runs.map((run) => run.name)));

  readonly #drawnByName = $derived(new Map(this.drawn.map((run) => [run.name, run])));

  readonly prefix: string = $derived(commonPrefix(catalogue.runs.map((run) => run.name)));

  /** How many runs the page chose that are still there to be drawn. */
  readonly #chosen: number = $derived(this.#visible.filter((run) => this.#default.has(run.name)).length);

  /** True when the page left runs out by itself because there are many. */
  readonly thinned: boolean = $derived(view.selection.base === 'default' && this.#chosen < this.#visible.length);

  /** True when what is drawn is exactly what the page chose of many runs: nothing filtered, nothing switched by hand. */
  readonly newest: boolean = $derived(
    this.thinned &&
      !view.comparing &&
      this.drawn.length === this.#chosen &&
      view.selection.on.length + view.selection.off.length === 0 &&
      view.runFilter.trim() === '',
  );

  get(name: string): Run | undefined {
    return this.#drawnByName.get(name);
  }

  drawnOf(tag: TagInfo): Run[] {
    return this.drawn.filter((run) => catalogue.has(tag, run.index));
  }

  isOn(name: string): boolean {
    return this.#isOn(name);
  }

  /** A hidden run that is switched on is hidden no more. */
  switch(names: readonly string[], on: boolean): void {
    if (on) this.#unhide(names);
    if (view.comparing) {
      const rest = view.compared.filter((name) => !names.includes(name));
      view.compared = on ? [...view.compared, ...names.filter((name) => !view.compared.includes(name))] : rest;
      return;
    }
    // What is on only because a filter stands goes with it: what she switches on stays.
    const byItself = on ? this.#default : this.#inDefault;
    view.selection = withSwitched(view.selection, names, on, (name) => byItself.has(name));
  }

  only(names: readonly string[]): void {
    this.#unhide(names);
    if (view.comparing) view.compared = names;
    else view.selection = only(names);
  }

  /** All runs that pass the filter; without a filter this is about later runs too. */
  switchAll(on: boolean): void {
    if (view.runFilter.trim() === '' && !view.comparing)
      view.selection = { base: on ? 'all' : 'none', on: [], off: [] };
    else
      this.switch(
        this.matched.map((run) => run.name).filter((name) => !notes.hidden.has(name)),
        on,
      );
  }

  /** Of these runs those that a way out offers: the ones that pass the filter, or all of them where none does. */
  offered(names: readonly string[]): readonly string[] {
    const seen = names.filter((name) => !notes.hidden.has(name));
    const passing = seen.filter((name) => this.#passes(name));
    return passing.length > 0 ? passing : seen;
  }

  /** Switches on what is `offered`; a filter that lets none of them through is cleared, or they could not be shown. */
  showOffered(names: readonly string[]): void {
    const offered = this.offered(names);
    if (offered.some((name) => !this.#passes(name))) this.clearFilter();
    this.switch(offered, true);
  }

  clearFilter(): void {
    view.runFilter = '';
  }

  /** Chooses the default anew, as at the first visit. */
  forget(): void {
    this.#settled = null;
    this.#known = new Set();
    this.#forgotten++;
  }

  style(name: string): RunStyle {
    const member = groups.get(name)?.runs.find((run) => this.#drawnByName.has(run));
    return this.#drawnByName.get(member ?? name) ?? { ...styleOf(this.#slot(name)), dash: [] };
  }

  /**
   * Chooses a run's colour, or its group's; null gives it back its own. A run's goes into the notes, and takes away what the address
   * says; a group's goes into the address, and so does a run's where notes can't be kept.
   */
  paint(name: string, slot: number | null): void {
    const unit = unitOf(name);
    const { [unit]: _, ...rest } = view.colours;
    const own = slot === null || (unit === name && slot === this.#own(name));
    if (unit === name && notes.loaded && notes.writable) {
      view.colours = rest;
      void notes.change([name], { colour: own ? null : slot });
    } else view.colours = own ? rest : { ...rest, [unit]: slot };
  }

  /** Whether its colour, or its group's, was chosen by hand. */
  painted(name: string): boolean {
    const unit = unitOf(name);
    return own(view.colours, unit) !== undefined || (unit === name && notes.colours.has(name));
  }

  /**
   * The selection said in full: what the page chose is chosen anew at each visit. All of a few runs stay all of them.
   */
  #said(): Selection {
    const { base, on, off } = view.selection;
    if (base !== 'default') return view.selection;
    if (!this.thinned) return { base: 'all', on: [], off };
    const selected = catalogue.runs.map((run) => run.name).filter(this.#selected);
    return { base: 'none', on: [...new Set([...selected, ...on])], off: [] };
  }

  link(): string {
    const painted = this.drawn.flatMap(({ name }) => {
      const slot = notes.colours.get(name);
      return slot === undefined ? [] : [[name, slot] as const];
    });
    return view.link({ selection: this.#said(), colours: { ...Object.fromEntries(painted), ...view.colours } });
  }

  label(name: string): string {
    const group = groups.get(name)?.label;
    if (group !== undefined) return group.startsWith(this.prefix) ? group.slice(this.prefix.length) : group;
    return notes.aliases.get(name) ?? name.slice(this.prefix.length);
  }

  named(name: string): { name: string; prefix: string; title: string } {
    const alias = notes.aliases.get(name);
    return { name: alias ?? name, prefix: alias === undefined ? this.prefix : '', title: name };
  }

  #unhide(names: readonly string[]): void {
    const hidden = names.filter((name) => notes.hidden.has(name));
    if (hidden.length > 0) void notes.change(hidden, { hidden: false });
  }

  #passes(name: string): boolean {
    return filter.test(name);
  }

  #slot(name: string): number {
    const group = groups.get(name) ?? groups.of(name);
    return group?.slot ?? own(view.colours, name) ?? notes.colours.get(name) ?? this.#own(name);
  }

  /** The slot of a run that nobody painted. */
  #own(name: string): number {
    return this.#slots.get(name) ?? slotOf(name);
  }
}

/** What has a colour of its own: the run, or the group that it is in. */
function unitOf(name: string): string {
  return groups.of(name)?.key ?? name;
}

function styleOf(slot: number): { slot: number; colour: string; token: string } {
  return { slot, colour: `var(--run-${slot})`, token: `--run-${slot}` };
}

export const runs = new Runs();
