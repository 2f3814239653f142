/** The charts that are in sight: what the toolbar saves. Cards put themselves here and take themselves away. */
import type { ChartData } from './data.svelte';
import type { Picture } from './picture.svelte';

export interface Shown {
  readonly data: ChartData;
  readonly picture: Picture;
  readonly element: HTMLElement;
}

const cards = new Set<Shown>();

/** Gives what takes it away. */
export function show(card: Shown): () => void {
  cards.add(card);
  return () => void cards.delete(card);
}

/** Those that are drawn, in the order of the page, each chart once. */
export function shownCharts(): readonly Shown[] {
  const drawn = [...cards].filter((card) => card.data.isThere && card.element.isConnected);
  drawn.sort((a, b) => (a.element.compareDocumentPosition(b.element) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
  return drawn.filter((card, i) => drawn.findIndex((one) => one.data.chart.id === card.data.chart.id) === i);
}
