/** The keys that work everywhere. A key typed into a field, or held with Ctrl, Alt or Cmd, is left alone. */

import { flushSync } from 'svelte';
import { KINDS } from '../kinds';
import { escapeLast } from '../lib/escape';
import { COMPARE } from '../lib/view';
import { catalogue } from '../stores/catalogue.svelte';
import { cursor } from '../stores/cursor.svelte';
import { runs } from '../stores/runs.svelte';
import { view } from '../stores/view.svelte';
import { MOST_COMPARED } from './compare/settings';
import { panel } from './panel.svelte';

/** What the help dialog lists, by where the keys work. */
export const KEYS: readonly { where: string; keys: readonly { keys: readonly string[]; does: string }[] }[] = [
  {
    where: 'Everywhere',
    keys: [
      { keys: ['/'], does: 'Search' },
      { keys: ['g'], does: 'Filter the runs' },
      { keys: ['1', '…', '9'], does: 'Open a dashboard' },
      { keys: ['c'], does: 'Compare the runs shown' },
      { keys: ['←', '→'], does: 'One step back or on; with Shift, ten' },
      { keys: ['Space'], does: 'Play the steps, or stop' },
      { keys: ['['], does: 'Fold the runs, or unfold them' },
      { keys: ['Esc'], does: 'Undo the last of readout, zoom brush, pinned step, full screen' },
      { keys: ['?'], does: 'This list' },
    ],
  },
  {
    where: 'On a card (it has the focus, or is under the pointer)',
    keys: [
      { keys: ['←', '→', '↑', '↓'], does: 'The card beside it' },
      { keys: ['Enter'], does: 'Into its chart' },
      { keys: ['Tab'], does: 'Past the cards of its section' },
      { keys: ['p'], does: 'Pin it, or take it off' },
      { keys: ['f'], does: 'Full screen' },
      { keys: ['m'], does: 'Its menu: table, export, limits' },
    ],
  },
  {
    where: 'In a chart',
    keys: [
      { keys: ['←', '→'], does: 'Move the cursor by a point; with Shift, ten' },
      { keys: ['Enter'], does: 'Pin the step at the cursor' },
      { keys: ['r'], does: 'Mark the range from the pinned step to the cursor' },
      { keys: ['+', '−'], does: 'Zoom in or out at the cursor' },
      { keys: ['0'], does: 'Show all of it' },
    ],
  },
  {
    where: 'In the runs',
    keys: [
      { keys: ['↑', '↓'], does: 'The run above or below; Page keys, ten' },
      { keys: ['Space'], does: 'Switch the run on or off' },
      { keys: ['o'], does: 'Only this run' },
      { keys: ['m'], does: 'Its menu' },
      { keys: ['F2'], does: 'Rename it' },
    ],
  },
];

const TYPED_INTO = 'input, textarea, select, [contenteditable]';
const OWN_SPACE = 'button, a, [role=checkbox], [role=radio], [role=tab], [role=option], summary, video, audio';

/** The control that has the focus only because it was clicked: Space plays there too. Whoever came by key gets the control's own Space. */
let clicked: HTMLElement | null = null;

/** Remembers what a pointer gave the focus to. */
export function onClick(event: MouseEvent): void {
  const active = document.activeElement;
  // A click that Enter or Space made has no count; sound and video keep their own Space.
  const pressed = event.detail > 0 && active instanceof HTMLElement && !active.matches('video, audio');
  clicked = pressed && active.contains(event.target as Node) ? active : null;
}

/** Handles one key of the window; `showHelp` opens the list. */
export function onKey(event: KeyboardEvent, showHelp: () => void): void {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
  // Also when what had the focus in a dialog is gone: Esc is the dialog's.
  if (document.querySelector('dialog:modal')) return;
  const target = event.target instanceof Element ? event.target : document.body;
  if (target.closest(TYPED_INTO)) return;
  if (event.key === 'Tab' || event.key.startsWith('Arrow')) clicked = null;
  const card = target.closest<HTMLElement>('[data-card]') ?? document.querySelector<HTMLElement>('[data-card]:hover');
  const run = target.closest<HTMLElement>('[data-run]');
  const by = event.shiftKey ? 10 : 1;
  const done = ((): boolean => {
    if (event.key.startsWith('Arrow') && target.matches('[data-card]'))
      return moveBetweenCards(target as HTMLElement, event.key);
    switch (event.key) {
      case 'Tab':
        return (
          target.matches('[data-card]:not(.full)') && chartOf(target) !== null && leaveCards(target, event.shiftKey)
        );
      case '/':
        return focusSearch();
      case 'g':
        return focusRuns();
      case 'c':
        return compareShown();
      case '?':
        showHelp();
        return true;
      case 'ArrowLeft':
      case 'ArrowRight':
        if (target.closest('[role=slider], [role=radiogroup], [role=tablist], [role=menu]')) return false;
        cursor.move(event.key === 'ArrowLeft' ? -by : by);
        return true;
      case ' ':
        if (target.closest(OWN_SPACE) && target !== clicked) return false;
        // Let go of, or the browser would press it when the key comes up.
        if (target === clicked) clicked.blur();
        if (cursor.playing) cursor.pause();
        else cursor.play();
        return true;
      case 'f':
        return press(card, '[data-full]');
      case 'p':
        return press(card, '[data-pin]');
      case 'm':
        return press(run ?? card, '[aria-haspopup=menu]');
      case 'o':
        if (run?.dataset['run'] === undefined) return false;
        runs.only([run.dataset['run']]);
        return true;
      case 'Enter': {
        const chart = target.matches('[data-card]') ? chartOf(target) : null;
        chart?.focus();
        return chart !== null;
      }
      case '[':
        panel.fold();
        return true;
      case 'Escape':
        if (escapeLast()) return true;
        if (cursor.hover !== null) cursor.hover = null;
        else if (!cursor.following) cursor.unpin();
        return true;
      default: {
        if (!/^[1-9]$/.test(event.key)) return false;
        const lit = KINDS.filter((kind) => catalogue.tags(kind.name).length > 0 || kind.name === view.dashboard);
        const names = [
          ...lit.map((kind) => kind.name),
          ...(view.comparing || view.compared.length > 1 ? [COMPARE] : []),
        ];
        const name = names[Number(event.key) - 1];
        if (name !== undefined) view.open(name);
        return name !== undefined;
      }
    }
  })();
  if (done) event.preventDefault();
}

function focusSearch(): boolean {
  const field =
    document.querySelector<HTMLInputElement>('main [data-search]') ??
    document.querySelector<HTMLInputElement>('aside [data-search]');
  field?.focus();
  field?.select();
  return field !== null;
}

/** The field that filters runs; a folded panel is unfolded for it. */
function focusRuns(): boolean {
  if (panel.mode === 'folded') {
    panel.fold();
    flushSync();
  }
  const field = document.querySelector<HTMLInputElement>('aside [data-search]');
  field?.focus();
  field?.select();
  return field !== null;
}

function compareShown(): boolean {
  const shown = runs.drawn.map((run) => run.name);
  const few = shown.length > 1 && shown.length <= MOST_COMPARED;
  if (few && !view.comparing) view.compare(shown);
  return few;
}

function press(card: HTMLElement | null, selector: string): boolean {
  const button = card?.querySelector<HTMLElement>(selector);
  button?.click();
  return button !== undefined && button !== null;
}

const chartOf = (card: Element) => card.querySelector<HTMLElement>('[role=img][tabindex]');

const TABBABLE = 'a[href], [tabindex], :is(button, input, select, textarea):not(:disabled)';

/** To what stands before or after the cards around this one: arrows go between them, and Enter leads to what is inside. */
function leaveCards(from: Element, back: boolean): boolean {
  const side = back ? Node.DOCUMENT_POSITION_PRECEDING : Node.DOCUMENT_POSITION_FOLLOWING;
  const beyond = [...document.querySelectorAll<HTMLElement>(TABBABLE)].filter(
    (one) =>
      one.tabIndex >= 0 &&
      !one.closest('[data-card]') &&
      (from.compareDocumentPosition(one) & side) !== 0 &&
      one.checkVisibility(),
  );
  const next = beyond.at(back ? -1 : 0);
  next?.focus();
  return next !== undefined;
}

/** Left and right go through the cards in order, up and down to the nearest one of the row above or below. */
function moveBetweenCards(from: HTMLElement, key: string): boolean {
  const cards = [...document.querySelectorAll<HTMLElement>('[data-card]')];
  const at = cards.indexOf(from);
  let next: HTMLElement | undefined;
  if (key === 'ArrowLeft' || key === 'ArrowRight') next = cards[at + (key === 'ArrowLeft' ? -1 : 1)];
  else {
    const box = from.getBoundingClientRect();
    const beyond = cards.filter((card) => {
      const other = card.getBoundingClientRect();
      return key === 'ArrowDown' ? other.top >= box.bottom : other.bottom <= box.top;
    });
    const distance = (card: HTMLElement) => {
      const other = card.getBoundingClientRect();
      return 4 * Math.abs(other.top - box.top) + Math.abs(other.left - box.left);
    };
    next = beyond.sort((a, b) => distance(a) - distance(b))[0];
  }
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
  return next !== undefined;
}
