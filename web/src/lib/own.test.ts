import { expect, test } from 'vitest';
import { own } from './own';

test('an object holds what was put into it and nothing else', () => {
  expect(own({ constructor: 3, b: 4 } as unknown as Record<string, number>, 'constructor')).toBe(3);
  for (const name of ['constructor', 'toString', '__proto__', 'b']) expect(own({}, name)).toBeUndefined();
});
