/** Which rows of a long list to build. Rows have one height, so this is arithmetic. */

/** Half-open range of row indexes to draw, some beyond each edge so that a quick scroll shows no gap. */
export function visibleRows(
  scrollTop: number,
  height: number,
  rowHeight: number,
  rows: number,
  beyond = 8,
): [start: number, end: number] {
  const start = Math.max(0, Math.floor(scrollTop / rowHeight) - beyond);
  return [Math.min(start, rows), Math.min(rows, Math.ceil((scrollTop + height) / rowHeight) + beyond)];
}
