// #region job-cancelled
// primes.worker.ts
import { currentJob, type MainCallback } from 'rxhome/worker';

export function countPrimes(upTo: number, onProgress: MainCallback<[number]>): number {
  const job = currentJob();
  let found = 0;
  for (let n = 2; n <= upTo; n++) {
    if (isPrime(n)) found++;
    if (n % 1_000 !== 0) continue;
    job.throwIfCancelled();
    onProgress.post(n / upTo);
  }
  return found;
}
// #endregion

function isPrime(n: number): boolean {
  for (let divisor = 2; divisor * divisor <= n; divisor++) if (n % divisor === 0) return false;
  return true;
}
