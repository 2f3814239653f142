/** What a card is about: a title and the tags it draws, and who each of its lines is. Pure. */

export interface ChartSpec {
  /** Names the chart in the URL (zooms, pins): the tag of a chart of one tag. */
  readonly id: string;
  readonly title: string;
  readonly tags: readonly string[];
}

/** The chart that every tag has by itself. */
export function chartOf(tag: string): ChartSpec {
  return { id: tag, title: tag, tags: [tag] };
}

/** One line: a tag of a run. No name of a file holds a zero byte. */
export function lineKey(run: string, tag: string): string {
  return `${run}\0${tag}`;
}

/** The run of a line. */
export function runOfKey(key: string): string {
  return key.slice(0, key.indexOf('\0'));
}
