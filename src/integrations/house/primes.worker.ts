import { countPrimes } from './prime-numbers.js';

/** In a thread of its own it may take as long as it wants. */
export function primesBelow(below: number): number {
  return countPrimes(below);
}
