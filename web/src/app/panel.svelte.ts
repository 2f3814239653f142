/** How the runs panel stands: what was asked for, what the dashboard prefers, and what the window's width allows. */

import { KINDS } from '../kinds';
import { view } from '../stores/view.svelte';

/** Below this the panel has no room for its columns. */
export const NARROW_WINDOW = 1280;
/** Below this it folds unless it was asked for. */
export const SMALL_WINDOW = 1024;

/** How the open page likes it. The page that compares runs needs the room for its columns. */
function preference(): 'wide' | 'narrow' | 'folded' {
  return KINDS.find((kind) => kind.name === view.dashboard)?.panel ?? (view.comparing ? 'narrow' : 'wide');
}

/** Of the wide panel, in CSS pixels (`--runs-wide`); the least of it, and of what is beside it. */
const WIDE = 432;
export const LEAST_WIDE = 300;
const LEAST_BESIDE = 480;

class Panel {
  /** CSS pixels. */
  windowWidth = $state(1440);

  readonly mode: 'wide' | 'narrow' | 'folded' = $derived.by(() => {
    const preferred = preference();
    const asked = view.panel === 'auto' ? preferred : view.panel;
    if (view.panel === 'auto' && this.windowWidth < SMALL_WINDOW) return 'folded';
    return asked === 'wide' && this.windowWidth < NARROW_WINDOW ? 'narrow' : asked;
  });

  /** Of the wide panel, in CSS pixels: as it was dragged, as far as that leaves room for a chart. */
  readonly width: number = $derived(
    view.table.width === 0 ? WIDE : Math.max(LEAST_WIDE, Math.min(view.table.width, this.windowWidth - LEAST_BESIDE)),
  );

  /** Null gives it back its own width. */
  resize(width: number | null): void {
    view.table.width =
      width === null ? 0 : Math.round(Math.max(LEAST_WIDE, Math.min(width, this.windowWidth - LEAST_BESIDE)));
  }

  readonly canBeWide: boolean = $derived(this.windowWidth >= NARROW_WINDOW);

  #before: 'wide' | 'narrow' = 'wide';

  /** Folds, or unfolds to what it was before. */
  fold(): void {
    if (this.mode === 'folded') {
      const preferred = preference();
      view.panel = preferred === 'folded' ? this.#before : this.windowWidth < SMALL_WINDOW ? 'narrow' : 'auto';
      if (this.mode === 'folded') view.panel = this.#before;
    } else {
      this.#before = this.mode;
      view.panel = 'folded';
    }
  }

  widen(): void {
    view.panel = this.mode === 'wide' ? 'narrow' : 'wide';
  }
}

export const panel = new Panel();
