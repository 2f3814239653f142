/** A number as somebody types it: `2,000` and `−3`, which are the page's own notation, too. NaN for what is none. */
export function typedNumber(text: string): number {
  const plain = text.trim().replace('−', '-');
  // Commas stand between groups of three digits, or it is no thousands' comma.
  return Number(/^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$/.test(plain) ? plain.replaceAll(',', '') : plain || NaN);
}
