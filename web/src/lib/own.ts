/**
 * What a plain object holds under a name that somebody else chose, a run's or a tag's; undefined where it holds nothing. Read without
 * asking, an object also has what every object has: `constructor`, `toString`.
 */
export function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
