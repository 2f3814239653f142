/** The view: everything that must be equal for two people to see the same page, and its text in the URL. Pure. */

import {
  choice,
  defaults,
  flag,
  list,
  readFields,
  text,
  writeFields,
  queryText,
  type Fields,
  type SettingsSpec,
  type ValuesOf,
} from './spec';
import { parseField } from './field';
import type { Base, Selection } from './selection';
import { SLOTS } from './slot';

export type Theme = 'system' | 'light' | 'dark';
/** The tab of the page that compares runs: it is no kind of data. */
export const COMPARE = 'compare';
/** How the runs panel is shown. `auto` is what the dashboard prefers. */
export type PanelMode = 'auto' | 'wide' | 'narrow' | 'folded';

/** How runs are grouped and what is drawn of a group. */
export interface Grouping {
  /** Ways to group, as texts of lib/group.ts; empty groups nothing. */
  by: readonly string[];
  centre: 'mean' | 'median';
  band: 'minmax' | 'std' | 'sem' | 'ci95' | 'none';
  /** The runs of a group are drawn too, faintly. */
  members: boolean;
}

export interface ViewSpec {
  /** The open dashboard's kind; null until the first catalogue says which one has data. */
  dashboard: string | null;
  /** What stands in the field "Filter runs". */
  runFilter: string;
  /** What stands in the field "Filter tags", shared by the dashboards that have one. */
  tagFilter: string;
  /** The pinned step; null follows the newest one. */
  step: number | null;
  /** Which runs are switched on. */
  selection: Selection;
  /** The runs that are compared; the first is what the others are compared with. */
  compared: readonly string[];
  /** Order of the runs table: the id of a field (lib/field.ts). */
  sort: string;
  descending: boolean;
  /** Slots that were chosen by hand, by name of the run. */
  colours: Readonly<Record<string, number>>;
  grouping: Grouping;
  /** The run that others are compared with; null when none is. */
  baseline: string | null;
  theme: Theme;
  /** Each dashboard's settings, its runs panel included (`panel`). */
  rooms: Record<string, Record<string, unknown>>;
}

const SHELL = {
  tab: text(),
  runs: text(),
  tags: text(),
  step: text(),
  /** Unless told, the runs that are shown are all there are to see: an address that is typed says no more than it has to. */
  select: choice<Base | ''>('', ['', 'default', 'all', 'none'], { remember: false }),
  show: list(),
  hide: list(),
  compare: list(),
  sort: text('name'),
  order: choice('up', ['up', 'down'], { remember: false }),
  colour: list(),
  group: list(),
  centre: choice<Grouping['centre']>('mean', ['mean', 'median'], { remember: false }),
  band: choice<Grouping['band']>('minmax', ['minmax', 'std', 'sem', 'ci95', 'none'], { remember: false }),
  members: flag(false, { remember: false }),
  baseline: text(),
  theme: choice<Theme>('system', ['system', 'light', 'dark']),
} satisfies Fields;

/** Every dashboard has this beside its own settings. */
const FRAME = { panel: choice<PanelMode>('auto', ['auto', 'wide', 'narrow', 'folded']) } satisfies Fields;

const fieldsOf = (spec: SettingsSpec): Fields => ({ ...spec.fields, ...FRAME });

/** The view of somebody who has not touched anything. */
export function defaultView(specs: readonly SettingsSpec[]): ViewSpec {
  return decodeView('', specs);
}

/** The query string of a view, "" when everything is default. */
export function encodeView(view: ViewSpec, specs: readonly SettingsSpec[]): string {
  const params = new URLSearchParams();
  writeFields(params, '', SHELL, {
    tab: view.dashboard ?? '',
    runs: view.runFilter,
    tags: view.tagFilter,
    step: view.step === null ? '' : String(view.step),
    select: view.selection.base === 'default' && view.selection.on.length === 0 ? '' : view.selection.base,
    show: view.selection.on,
    hide: view.selection.off,
    compare: view.compared,
    sort: view.sort,
    order: view.descending ? 'down' : 'up',
    colour: Object.entries(view.colours).map(([name, slot]) => `${slot}:${name}`),
    group: view.grouping.by,
    centre: view.grouping.centre,
    band: view.grouping.band,
    members: view.grouping.members,
    baseline: view.baseline ?? '',
    theme: view.theme,
  });
  for (const spec of specs)
    writeFields(
      params,
      `${spec.kind}.`,
      fieldsOf(spec),
      (view.rooms[spec.kind] ?? defaults(fieldsOf(spec))) as ValuesOf<Fields>,
    );
  return queryText(params);
}

/** The view a query string means. What it does not say, or says wrongly, is taken from `otherwise` (the defaults). */
export function decodeView(query: string, specs: readonly SettingsSpec[], otherwise?: ViewSpec): ViewSpec {
  const params = new URLSearchParams(query);
  const shell = readFields(params, '', SHELL, { ...defaults(SHELL), theme: otherwise?.theme ?? 'system' });
  const step = shell.step === '' ? NaN : Number(shell.step);
  const colours: Record<string, number> = {};
  for (const text of shell.colour) {
    const slot = Number(text.slice(0, text.indexOf(':')));
    if (Number.isInteger(slot) && slot >= 1 && slot <= SLOTS) colours[text.slice(text.indexOf(':') + 1)] = slot;
  }
  const rooms: ViewSpec['rooms'] = {};
  for (const spec of specs) {
    const fields = fieldsOf(spec);
    rooms[spec.kind] = readFields(params, `${spec.kind}.`, fields, {
      ...defaults(fields),
      ...otherwise?.rooms[spec.kind],
    });
  }
  return {
    dashboard: shell.tab || null,
    runFilter: shell.runs,
    tagFilter: shell.tags,
    step: Number.isSafeInteger(step) ? step : null,
    selection: { base: shell.select || (shell.show.length > 0 ? 'none' : 'default'), on: shell.show, off: shell.hide },
    compared: [...new Set(shell.compare)],
    sort: parseField(shell.sort) === null ? 'name' : shell.sort,
    descending: shell.order === 'down',
    colours,
    grouping: { by: shell.group, centre: shell.centre, band: shell.band, members: shell.members },
    baseline: shell.baseline || null,
    theme: shell.theme,
    rooms,
  };
}

/** What this browser keeps of a view, as texts by field. */
export interface Remembered {
  theme: Theme;
  rooms: Record<string, Record<string, string[]>>;
}

export function remember(view: ViewSpec, specs: readonly SettingsSpec[]): Remembered {
  const rooms: Remembered['rooms'] = {};
  for (const spec of specs) {
    const kept: Record<string, string[]> = {};
    for (const [name, field] of Object.entries(fieldsOf(spec))) {
      const texts = field.remember ? field.encode(view.rooms[spec.kind]?.[name] ?? field.initial) : [];
      if (texts.length > 0) kept[name] = texts;
    }
    if (Object.keys(kept).length > 0) rooms[spec.kind] = kept;
  }
  return { theme: view.theme, rooms };
}

/** The view that was remembered; what is missing or unreadable has its default. */
export function recall(kept: unknown, specs: readonly SettingsSpec[]): ViewSpec {
  const params = new URLSearchParams();
  if (typeof kept === 'object' && kept !== null) {
    const { theme, rooms } = kept as Partial<Remembered>;
    if (typeof theme === 'string') params.set('theme', theme);
    for (const [kind, values] of Object.entries(rooms ?? {})) {
      for (const [name, texts] of Object.entries(values ?? {})) {
        if (Array.isArray(texts)) for (const one of texts) params.append(`${kind}.${name}`, String(one));
      }
    }
  }
  return decodeView(params.toString(), specs);
}
