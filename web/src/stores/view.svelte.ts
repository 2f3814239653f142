/**
 * The view: what is in the URL. Spec only; hovering and data live elsewhere. Reading any of these in a component makes it follow.
 *
 *     view.dashboard                  kind of the open dashboard, or null before the first catalogue;  view.open(kind)
 *     view.runFilter, .tagFilter      what stands in the two filter fields (assign to change)
 *     view.step                       the pinned step, null follows the newest (rooms use stores/cursor.svelte.ts)
 *     view.selection, .colours, .sort, .descending      runs (rooms use stores/runs.svelte.ts)
 *     view.grouping, .baseline        how runs are grouped, which one others are compared with (stores/groups, stores/baseline)
 *     view.compared, .comparing       the runs side by side; whether that page is open;  view.compare(names) opens it
 *     view.theme                      'system' | 'light' | 'dark'
 *     view.panel                      the runs panel of the open dashboard
 *     view.table                      columns of the runs table, tree view, which values are best: assign to its fields
 *     view.settings(SETTINGS)         a room's own settings: a reactive object; assigning to a field changes the URL
 *     view.linked                     the page was opened by an address that says the whole view
 *     view.query, view.link()         the query string; the whole address, for "Copy link"
 *
 * Only what is not default is written. Opening a dashboard is an entry of the history, and so is what changes which data is seen and how
 * (filters, axes, zooms, groups, charts): Back undoes it. Moving the step, smoothing, sizes replace the entry.
 * A query with `tab` is a whole view; without one, what this browser remembers fills in.
 */

import { SETTINGS as compare } from '../app/compare/settings';
import { KINDS } from '../kinds';
import { TABLE } from '../lib/column';
import type { Fields, SettingsSpec, ValuesOf } from '../lib/spec';
import {
  COMPARE,
  decodeView,
  defaultView,
  encodeView,
  recall,
  remember,
  type PanelMode,
  type ViewSpec,
} from '../lib/view';

const SPECS: readonly SettingsSpec[] = [...KINDS.map((kind) => kind.settings), compare, TABLE];
const STORAGE_KEY = 'sightline.view';
/** Browsers refuse more than about 200 changes of the address in 30 s. */
const ADDRESS_INTERVAL_MS = 200;
/** Where the page was that this tab left, and the view it had. */
const LEFT_KEY = 'sightline.left';

/** What is changed in one go is one entry of the history, as long as no pause is longer. */
const STEP_PAUSE_MS = 2000;

class View {
  #spec = $state<ViewSpec>(defaultView(SPECS));
  #timer: ReturnType<typeof setTimeout> | undefined;
  #written = 0;
  /** What the last entry of the history was about, and when that was changed last. */
  #what = '';
  #stepped = 0;
  linked = false;

  get dashboard() {
    return this.#spec.dashboard;
  }
  get runFilter() {
    return this.#spec.runFilter;
  }
  set runFilter(value) {
    this.#spec.runFilter = value;
  }
  get tagFilter() {
    return this.#spec.tagFilter;
  }
  set tagFilter(value) {
    this.#spec.tagFilter = value;
  }
  get step() {
    return this.#spec.step;
  }
  set step(value) {
    this.#spec.step = value;
  }
  get selection() {
    return this.#spec.selection;
  }
  set selection(value) {
    this.#spec.selection = value;
  }
  get colours() {
    return this.#spec.colours;
  }
  set colours(value) {
    this.#spec.colours = value;
  }
  get sort() {
    return this.#spec.sort;
  }
  set sort(value) {
    this.#spec.sort = value;
  }
  get descending() {
    return this.#spec.descending;
  }
  set descending(value) {
    this.#spec.descending = value;
  }
  get grouping() {
    return this.#spec.grouping;
  }
  set grouping(value) {
    this.#spec.grouping = value;
  }
  get baseline() {
    return this.#spec.baseline;
  }
  set baseline(value) {
    this.#spec.baseline = value;
  }
  get theme() {
    return this.#spec.theme;
  }
  set theme(value) {
    this.#spec.theme = value;
  }

  /** The runs panel as asked for in this dashboard. */
  get panel(): PanelMode {
    return (this.#spec.rooms[this.#spec.dashboard ?? '']?.['panel'] as PanelMode | undefined) ?? 'auto';
  }
  set panel(mode: PanelMode) {
    const room = this.#spec.rooms[this.#spec.dashboard ?? ''];
    if (room) room['panel'] = mode;
  }

  /** The runs table: a reactive object, as a room's settings are. */
  get table(): ValuesOf<(typeof TABLE)['fields']> {
    return this.settings(TABLE);
  }

  /** A room's settings, reactive and assignable. The room must be in `KINDS`. */
  settings<F extends Fields>(spec: SettingsSpec<F>): ValuesOf<F> {
    const values = this.#spec.rooms[spec.kind];
    if (values === undefined)
      throw new Error(
        `No room is named ${spec.kind}: got settings for it, want one of ${KINDS.map((k) => k.name).join(', ')}.`,
      );
    return values as ValuesOf<F>;
  }

  get query(): string {
    return encodeView(this.#spec, SPECS);
  }

  /** `change` is what differs from the view in the linked one. */
  link(change: Partial<ViewSpec> = {}): string {
    return `${location.origin}${location.pathname}${encodeView({ ...this.#spec, ...change }, SPECS)}`;
  }

  get compared() {
    return this.#spec.compared;
  }
  set compared(value) {
    this.#spec.compared = value;
  }
  get comparing(): boolean {
    return this.#spec.dashboard === COMPARE;
  }

  /** Opens the page that compares these runs as a new entry of the history: Back leaves it. */
  compare(names: readonly string[]): void {
    this.#write();
    this.#what = '';
    this.#spec.compared = names;
    this.#spec.dashboard = COMPARE;
    history.pushState(null, '', this.query || location.pathname);
  }

  /** Opens a dashboard as a new entry of the history. */
  open(kind: string): void {
    if (kind === this.#spec.dashboard) return;
    this.#write();
    this.#what = '';
    const first = this.#spec.dashboard === null;
    this.#spec.dashboard = kind;
    // The page's own first choice is no step she took: Back must leave the page, not undo it.
    if (first) history.replaceState(null, '', this.query || location.pathname);
    else history.pushState(null, '', this.query || location.pathname);
  }

  /** Everything as it was before anything was touched, the open dashboard aside. */
  reset(): void {
    this.#adopt({ ...defaultView(SPECS), dashboard: this.#spec.dashboard });
  }

  /** Takes over a whole view. The rooms' objects stay the same ones: open rooms hold them, and what they assign must be heard here. */
  #adopt(spec: ViewSpec): void {
    const rooms = this.#spec.rooms;
    for (const [kind, values] of Object.entries(spec.rooms)) rooms[kind] = Object.assign(rooms[kind] ?? {}, values);
    this.#spec = { ...spec, rooms };
  }

  /** Reads the address and keeps it up to date from now on; gives what stops it. */
  start(): () => void {
    takeLeft();
    const whole = (this.linked = new URLSearchParams(location.search).has('tab'));
    const remembered = recall(readStorage(), SPECS);
    this.#adopt(
      decodeView(location.search, SPECS, whole ? { ...defaultView(SPECS), theme: remembered.theme } : remembered),
    );

    const onPopState = () => {
      this.#what = '';
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#adopt({ ...decodeView(location.search, SPECS), theme: this.#spec.theme });
    };
    const onLeave = () => {
      leave(this.query);
      this.#write();
    };
    addEventListener('popstate', onPopState);
    addEventListener('pagehide', onLeave);
    const stop = $effect.root(() => {
      $effect(() => {
        void this.query;
        this.#schedule();
      });
      // Who only looks at a link keeps her own pins and sizes.
      let opened: string | null = null;
      $effect(() => {
        const now = JSON.stringify(remember(this.#spec, SPECS));
        if (whole && opened === null) opened = now;
        if (!whole || now !== opened) writeStorage(now);
      });
    });
    return () => {
      stop();
      clearTimeout(this.#timer);
      this.#timer = undefined;
      removeEventListener('popstate', onPopState);
      removeEventListener('pagehide', onLeave);
    };
  }

  /** A change after a pause is written at once, which no throttled timer of a busy or hidden page can hold up; a stream of them at intervals. */
  #schedule(): void {
    if (this.#timer !== undefined) return;
    // A clock that was set back must not hold it up either.
    const wait = Math.min(ADDRESS_INTERVAL_MS, this.#written + ADDRESS_INTERVAL_MS - Date.now());
    if (wait <= 0) this.#write();
    else this.#timer = setTimeout(() => this.#write(), wait);
  }

  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.query === location.search) return;
    const [before, now] = [location.search, this.query];
    const what = stepsIn(before, now);
    this.#written = Date.now();
    // What she did is an entry of the history; what goes on with it (typing, turning the wheel) is not another one.
    const step = what !== '' && navigator.userActivation?.isActive === true;
    const goesOn = what === this.#what && this.#written - this.#stepped < STEP_PAUSE_MS;
    if (step && !goesOn) history.pushState(null, '', now || location.pathname);
    else history.replaceState(history.state, '', now || location.pathname);
    if (step) [this.#what, this.#stepped] = [what, this.#written];
  }
}

/**
 * A page that is loaded anew is asked for by the address of a moment before it hears of that: what was changed meanwhile is handed over by
 * this tab's storage.
 */
function leave(query: string): void {
  try {
    sessionStorage.setItem(LEFT_KEY, JSON.stringify([location.pathname, query]));
  } catch {
    // Storage is switched off: the last 200 ms are lost.
  }
}

function takeLeft(): void {
  let left: unknown;
  try {
    left = JSON.parse(sessionStorage.getItem(LEFT_KEY) ?? 'null');
    sessionStorage.removeItem(LEFT_KEY);
  } catch {
    return;
  }
  const [entry] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  if (!Array.isArray(left) || left[0] !== location.pathname || entry?.type !== 'reload') return;
  history.replaceState(history.state, '', String(left[1]) || location.pathname);
}

/** What Back undoes: which data is seen, and along which axes. */
const STEPS: readonly string[] = [
  ...['runs', 'tags', 'group', 'baseline', 'select', 'show', 'hide'],
  ...['x', 'xTag', 'xScale', 'y', 'zoom', 'zoomY', 'limitsX', 'limitsY', 'charts', 'range', 'overtaken'].map(
    (name) => `scalar.${name}`,
  ),
];

/** Which of them differ between two queries, as one text. */
function stepsIn(before: string, now: string): string {
  const [a, b] = [new URLSearchParams(before), new URLSearchParams(now)];
  return STEPS.filter((key) => a.getAll(key).join('\n') !== b.getAll(key).join('\n')).join(' ');
}

function readStorage(): unknown {
  try {
    return JSON.parse(localStorage.getItem(STORAGE_KEY) ?? 'null');
  } catch {
    return null; // Storage is switched off, or holds something else: nothing is remembered.
  }
}

function writeStorage(text: string): void {
  try {
    localStorage.setItem(STORAGE_KEY, text);
  } catch {
    // Storage is switched off or full: the view is still in the URL.
  }
}

export const view = new View();
