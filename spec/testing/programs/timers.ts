/* eslint-disable @typescript-eslint/no-misused-promises -- async functions as timers are the subject */
import { sleep } from 'rxhome';
import { promisify } from 'node:util';
import { failure, hops, type Programs } from './program.js';

/** Timers of Node, promises and async functions. */
export const timers: Programs = {
  'timeouts and promise chains': async (log) => {
    setTimeout(() => log('late'), 60);
    setTimeout(() => hops(30).then(() => log('30 hops')), 20);
    await sleep(40);
    log('slept');
    await sleep(40);
  },
  'an interval and what it sets': async (log) => {
    const ticks = setInterval(() => {
      log('tick');
      setTimeout(() => log('set by tick'), 30);
    }, 60);
    await sleep(200);
    clearInterval(ticks);
  },
  'an interval that ends itself while it awaits': async (log) => {
    let count = 0;
    const ticks = setInterval(async () => {
      log(`begin ${++count}`);
      await sleep(25);
      log(`end ${count}`);
      if (count === 2) clearInterval(ticks);
    }, 50);
    await sleep(200);
    log('over');
  },
  'timers of one length': async (log) => {
    for (const name of ['a', 'b', 'c'])
      setTimeout(() => {
        log(name);
        void hops(3).then(() => log(`${name} hop`));
        process.nextTick(() => log(`${name} tick`));
        setImmediate(() => log(`${name} immediate`));
      }, 20);
    await sleep(60);
  },
  'ticks and microtasks within each other': async (log) => {
    setTimeout(() => {
      queueMicrotask(() => {
        log('microtask');
        process.nextTick(() => log('tick of the microtask'));
        queueMicrotask(() => log('microtask of the microtask'));
      });
      process.nextTick(() => {
        log('tick');
        queueMicrotask(() => log('microtask of the tick'));
        process.nextTick(() => log('tick of the tick'));
      });
      log('timer');
    }, 20);
    await sleep(40);
  },
  'immediates within immediates': (log) =>
    new Promise<void>((resolve) =>
      setImmediate(() => {
        log('one');
        setImmediate(() => {
          log('three');
          resolve();
        });
        queueMicrotask(() => log('two'));
      }),
    ),
  'immediates between timers': async (log) => {
    setTimeout(() => {
      log('timer');
      setImmediate(() => {
        log('immediate');
        setTimeout(() => log('timer of the immediate'), 20);
        void hops(2).then(() => log('promise of the immediate'));
      });
      setTimeout(() => log('timer of the timer'), 40);
      process.nextTick(() => log('tick'));
    }, 20);
    await sleep(100);
  },
  'a delay of nothing after an immediate': async (log) => {
    await sleep(20);
    setImmediate(() => log('immediate'));
    setTimeout(() => log('timeout'), 0);
    await hops(5);
    log('promises');
    await sleep(20);
  },
  'a cleared immediate': async (log) => {
    const never = setImmediate(() => log('never'));
    setImmediate(() => log('first'));
    const second = setImmediate(() => log('never either'));
    process.nextTick(() => clearImmediate(second));
    clearImmediate(never);
    await sleep(20);
    log('end');
  },
  'an immediate that clears the next one': async (log) => {
    await sleep(20);
    setImmediate(() => {
      log('first');
      clearImmediate(second);
    });
    const second = setImmediate(() => log('never'));
    setImmediate(() => log('third'));
    await sleep(20);
  },
  'cleared and refreshed timers': async (log) => {
    const never = setTimeout(() => log('never'), 40);
    setTimeout(() => {
      clearTimeout(never);
      log('cleared');
    }, 20);
    const again = setTimeout(() => log('refreshed'), 60);
    await sleep(40);
    again.refresh();
    await sleep(40);
    log('not yet');
    await sleep(60);
  },
  'a timer that clears one of its own instant': async (log) => {
    setTimeout(() => {
      log('first');
      clearTimeout(second);
    }, 20);
    const second = setTimeout(() => log('never'), 20);
    setTimeout(() => log('third'), 20);
    await sleep(40);
  },
  'timers that run once more by refresh': async (log) => {
    let runs = 0;
    const timer = setTimeout(() => {
      log(`run ${++runs}`);
      if (runs < 3) timer.refresh();
    }, 40);
    setTimeout(() => log('between'), 60);
    await sleep(150);
  },
  'promised timers': async (log) => {
    const promised = promisify(setTimeout);
    void promised(40, 'slow').then(log);
    log(await promised(20, 'quick'));
    await sleep(50);
  },
  'async functions that race': async (log) => {
    const run = async (name: string, ms: number): Promise<string> => {
      log(`${name} begins`);
      await sleep(ms);
      log(`${name} ends`);
      return name;
    };
    log(await Promise.race([run('hare', 20), run('tortoise', 110)]));
    log(await Promise.any([run('slow', 60), Promise.reject(new Error('no')), run('fast', 30)]));
    await sleep(90);
  },
  'promises that settle all at once': async (log) => {
    const all = [40, 0, 20].map(async (ms) => {
      if (ms > 0) await sleep(ms);
      log(`settled ${ms}`);
      if (ms === 20) throw new Error(`failed ${ms}`);
      return ms;
    });
    for (const result of await Promise.allSettled(all))
      log(result.status === 'fulfilled' ? `${result.value}` : String(result.reason));
  },
  'a failure on its way through finally': async (log) => {
    const work = async (): Promise<void> => {
      try {
        await sleep(20);
        throw new Error('broken');
      } finally {
        log('cleaning');
        await sleep(40);
        log('clean');
      }
    };
    setTimeout(() => log('meanwhile'), 40);
    log(await failure(work()));
  },
  'an abort while sleeping': async (log) => {
    const ending = new AbortController();
    setTimeout(() => ending.abort(new Error('enough')), 30);
    log(await failure(sleep(500, { signal: ending.signal })));
    log('after');
  },
  'an async generator': async (log) => {
    async function* numbers(): AsyncGenerator<number> {
      for (let n = 0; n < 3; n++) {
        await sleep(40);
        yield n;
      }
    }
    setTimeout(() => log('between'), 60);
    for await (const n of numbers()) log(`number ${n}`);
  },
  'sleepers that wake and sleep again': async (log) => {
    await Promise.all(
      [120, 40, 80].map(async (ms) => {
        await sleep(ms);
        log(`slept ${ms}`);
        await sleep(20);
        log(`and a little after ${ms}`);
      }),
    );
  },
  'thenables of others': async (log) => {
    const thenable = {
      then: (take: (value: string) => void) => void setTimeout(() => take('theirs'), 30),
    };
    void sleep(50).then(() => log('mine'));
    log(await thenable);
    await sleep(40);
  },
};
