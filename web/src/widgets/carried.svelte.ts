/** The card that is being dragged, by its `carry` name: what is dragged may not be read by whom it passes over. */
class Carried {
  card = $state<string | null>(null);
}

export const carried = new Carried();

/** Where a card was dropped on another: onto it, or at its left or right edge. */
export type Where = 'on' | 'before' | 'after';
