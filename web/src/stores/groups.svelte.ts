/**
 * Groups of runs, as the view asks for them: seeds, what a regular expression captures, values of fields.
 *
 *     groups.list          RunGroup[] in natural order; empty when nothing is grouped
 *     groups.of(run)       the group of a run, or undefined
 *     groups.get(key)      the group of a key
 *     groups.prefix        what all their names begin with
 *     groups.by            the ways to group, with what is wrong with each;  groups.add(by), .remove(text)
 *     groups.active        whether the view asks for groups at all
 *     groups.needed        ids of the fields that they depend on: somebody must `fields.need` them
 *     groups.seedSettings  ids of the fields in which runs that differ in their seed agree
 *     groups.word(group)   "3 seeds"
 *
 * Which of its runs are drawn is not its matter. `runs.style(key)` and `runs.label(key)` know groups too.
 */

import { commonPrefix } from '../lib/name';
import { count } from '../lib/format';
import { byText, groupRuns, parseBy, regexFault, settingsAmong, type Group, type GroupBy } from '../lib/group';
import { own } from '../lib/own';
import { assignSlots } from '../lib/slot';
import type { Grouping } from '../lib/view';
import { catalogue } from './catalogue.svelte';
import { fields } from './fields.svelte';
import { view } from './view.svelte';

/** A group and the colour that its runs share. */
export interface RunGroup extends Group {
  /** 1 ... 12. */
  readonly slot: number;
  /** For CSS. */
  readonly colour: string;
}

/** A way to group as it stands in the view. */
export interface Way {
  readonly text: string;
  readonly by: GroupBy;
  /** Why it groups nothing, in a sentence. */
  readonly fault: string | null;
}

class Groups {
  readonly by: readonly Way[] = $derived(
    view.grouping.by.flatMap((text) => {
      const by = parseBy(text);
      return by === null ? [] : [{ text, by, fault: by.kind === 'regex' ? regexFault(by.source) : null }];
    }),
  );

  /** Fields in which the seeds of one experiment agree. */
  readonly seedSettings: readonly string[] = $derived(
    settingsAmong(
      fields.names.filter((field) => field.kind === 'hparam'),
      catalogue.runs.length,
    ).map((field) => field.id),
  );
  readonly #settings: readonly string[] = $derived(
    this.by.some((way) => way.by.kind === 'seeds') ? this.seedSettings : [],
  );

  /** Fields whose values the groups depend on. */
  readonly needed: readonly string[] = $derived([
    ...this.by.flatMap((way) => (way.by.kind === 'field' ? [way.by.id] : [])),
    ...this.#settings,
  ]);

  readonly #groups: readonly Group[] = $derived(
    // Runs that are compared stand for themselves.
    this.by.length === 0 || view.comparing
      ? []
      : groupRuns(
          catalogue.runs.map((run) => run.name),
          this.by.map((way) => way.by),
          (run, id) => fields.value(run, id),
          this.#settings,
        ),
  );

  readonly list: readonly RunGroup[] = $derived.by(() => {
    if (this.#groups.length === 0) return [];
    const grouped = new Set(this.#groups.flatMap((group) => group.runs));
    const each = assignSlots(catalogue.runs.map((run) => run.name));
    const single = [...each].flatMap(([name, slot]) => (grouped.has(name) ? [] : [slot]));
    const slots = assignSlots(
      this.#groups.map((group) => group.key),
      single,
    );
    return this.#groups.map((group) => {
      const slot = own(view.colours, group.key) ?? slots.get(group.key)!;
      return { ...group, slot, colour: `var(--run-${slot})` };
    });
  });

  /** What all their names begin with. */
  readonly prefix: string = $derived(commonPrefix(this.#groups.map((group) => group.label)));

  readonly #byRun: ReadonlyMap<string, RunGroup> = $derived(
    new Map(this.list.flatMap((group) => group.runs.map((run) => [run, group]))),
  );
  readonly #byKey: ReadonlyMap<string, RunGroup> = $derived(new Map(this.list.map((group) => [group.key, group])));

  get active(): boolean {
    return this.by.length > 0;
  }

  of(run: string): RunGroup | undefined {
    return this.#byRun.get(run);
  }

  get(key: string): RunGroup | undefined {
    return this.#byKey.get(key);
  }

  /** How many runs it has, in words. */
  word(group: Group, runs = group.runs.length): string {
    return count(runs, group.members !== null && this.by.length === 1 ? 'seed' : 'run');
  }

  add(by: GroupBy): void {
    const text = byText(by);
    if (!view.grouping.by.includes(text)) this.change({ by: [...view.grouping.by, text] });
  }

  remove(text: string): void {
    this.change({ by: view.grouping.by.filter((one) => one !== text) });
  }

  change(patch: Partial<Grouping>): void {
    view.grouping = { ...view.grouping, ...patch };
  }
}

export const groups = new Groups();
