/**
 * Natural order of names: numbers compare as numbers, "/" and "_" break a name into parts, as in TensorBoard's lists. The `1.10` within
 * `layer.1.10` or `v1.10.0` is two numbers. The server's `natural_key` reads numbers in the same way.
 */

const PIECE = /((?<![\d.])\d+\.\d+(?!\.?\d)(?:e[+-]?\d+)?|\d+(?:e[+-]?\d+)?)|([/_])|([^\d/_]+)/gi;

function pieces(name: string): string[] {
  return name.match(PIECE) ?? [];
}

/** By value; equal ones, and those too large for a number (as `7e8123` in a hash is), by their length and digits. */
function compareNumbers(l: string, r: string): number {
  const [left, right] = [Number(l), Number(r)];
  if (left !== right) return left - right;
  const [one, other] = [l.replace(/^0+/, ''), r.replace(/^0+/, '')];
  return one.length - other.length || (one === other ? 0 : one < other ? -1 : 1);
}

/** Negative, zero or positive, like `Array.prototype.sort` wants it. Total: names that differ never compare as 0. */
export function compareNatural(a: string, b: string): number {
  if (a === b) return 0;
  const left = pieces(a.toLowerCase());
  const right = pieces(b.toLowerCase());
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const l = left[i]!;
    const r = right[i]!;
    if (l === r) continue;
    // A break ends a part: "a/z" comes before "a1/b", whatever the code points say.
    const rank = (piece: string) => (piece === '/' ? 0 : piece === '_' ? 1 : /^\d/.test(piece) ? 2 : 3);
    if (rank(l) !== rank(r)) return rank(l) - rank(r);
    const order = rank(l) === 2 ? compareNumbers(l, r) : 0;
    return order || (l < r ? -1 : 1);
  }
  return left.length - right.length || (a < b ? -1 : 1);
}
