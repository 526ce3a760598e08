/** How many prime numbers there are below `below`, found by trying: work for a processor. */
export function countPrimes(below: number): number {
  let count = below > 2 ? 1 : 0;
  for (let candidate = 3; candidate < below; candidate += 2) if (isOddPrime(candidate)) count++;
  return count;
}

function isOddPrime(candidate: number): boolean {
  for (let divisor = 3; divisor * divisor <= candidate; divisor += 2)
    if (candidate % divisor === 0) return false;
  return true;
}
