import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Fifo } from '../../src/concurrency/fifo.js';

describe('Fifo', () => {
  it('gives out in the order in which they came, and goes on after it was empty', () => {
    const fifo = new Fifo<string>();
    expect([fifo.shift(), fifo.size]).toEqual([undefined, 0]);
    fifo.push('a');
    fifo.push('b');
    expect([fifo.shift(), fifo.shift(), fifo.shift()]).toEqual(['a', 'b', undefined]);
    fifo.push('c');
    expect([fifo.size, fifo.shift(), fifo.size]).toEqual([1, 'c', 0]);
  });

  it('does what a list does, whatever is asked of it', () => {
    const steps = fc.array(
      fc.oneof(
        fc.constant('push' as const),
        fc.constant('shift' as const),
        fc.nat(30).map((at) => ({ at })),
      ),
      { maxLength: 200 },
    );
    fc.assert(
      fc.property(steps, (all) => {
        const fifo = new Fifo<number>();
        const list: number[] = [];
        let next = 0;
        for (const step of all) {
          if (step === 'push') {
            fifo.push(next);
            list.push(next++);
          } else if (step === 'shift') expect(fifo.shift()).toBe(list.shift());
          else {
            const victim = list[step.at] ?? -1;
            expect(fifo.delete(victim)).toBe(list.includes(victim));
            if (list.includes(victim)) list.splice(step.at, 1);
          }
          expect(fifo.size).toBe(list.length);
        }
      }),
    );
  });
});
