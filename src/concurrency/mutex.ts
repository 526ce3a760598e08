import { Semaphore } from './semaphore.js';

/** Lets one at a time be inside; the others wait in the order in which they came. */
export class Mutex extends Semaphore {
  constructor() {
    super(1);
  }

  get isLocked(): boolean {
    return this.stats.inside > 0;
  }
}
