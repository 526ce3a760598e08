import { Hub } from 'rxhome';
import { from, lastValueFrom, timeout } from 'rxjs';
import { question, type Rival } from './harness/question.js';

const IN_FLIGHT = 1000;
const LIMIT_MS = 60_000;
let answered = 0;

/** Work that ends when it is told to. */
class Requests {
  #answers: ((value: number) => void)[] = [];

  readonly begin = (): Promise<number> => new Promise((resolve) => this.#answers.push(resolve));

  readonly beginWithSignal = (signal: AbortSignal): Promise<number> => {
    if (signal.aborted) answered--;
    return this.begin();
  };

  answerAll(): void {
    const waiting = this.#answers;
    this.#answers = [];
    for (let i = 0; i < waiting.length; i++) waiting[i]?.(i);
  }
}

/** A thousand begin, then all are answered; each is awaited. */
function thousandsOf(
  run: (requests: Requests) => Promise<number>,
  end?: () => Promise<void>,
): Rival {
  const requests = new Requests();
  return {
    async run(iterations) {
      for (let left = iterations; left > 0; left -= IN_FLIGHT) {
        const running: Promise<number>[] = [];
        for (let i = Math.min(left, IN_FLIGHT); i > 0; i--) running.push(run(requests));
        requests.answerAll();
        for (const one of running) answered += await one;
      }
    },
    ...(end && { end }),
  };
}

/** The floor: a promise, and a timer that is cleared when the work has ended. */
function byHand({ begin }: Requests): Promise<number> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('too late')), LIMIT_MS);
    begin().then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}

function withAbortTimeout({ begin }: Requests): Promise<number> {
  const signal = AbortSignal.timeout(LIMIT_MS);
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', abort);
    begin()
      .finally(() => signal.removeEventListener('abort', abort))
      .then(resolve, reject);
  });
}

function rxhome(run: (hub: Hub, requests: Requests) => Promise<number>): Rival {
  const hub = new Hub();
  return thousandsOf(
    (requests) => run(hub, requests),
    () => hub.stop(),
  );
}

/** What was answered, so that no rival can leave out the work. */
export const result = (): number => answered;

export default question({
  name: 'a limit of time around a promise, 1,000 in flight',
  work: 'timeout',
  unit: 'run',
  floor: 'new Promise and setTimeout',
  goals: [
    {
      what: 'without a zone',
      rival: 'rxhome timeout.run',
      of: 'new Promise and setTimeout',
      atMost: 2,
    },
    {
      what: 'in a zone',
      rival: 'rxhome timeout.run, zone',
      of: 'new Promise and setTimeout',
      atMost: 2,
    },
  ],
  rivals: {
    'new Promise and setTimeout': () => thousandsOf(byHand),
    'rxhome timeout.run': () => rxhome((hub, { begin }) => hub.timeout.run(LIMIT_MS, begin)),
    'rxhome timeout.run, zone': () =>
      rxhome((hub, { begin }) => hub.timeout.run(LIMIT_MS, begin, { zone: 'bench' })),
    'rxhome timeout.run, with signal': () =>
      rxhome((hub, { beginWithSignal }) => hub.timeout.run(LIMIT_MS, beginWithSignal)),
    'AbortSignal.timeout': () => thousandsOf(withAbortTimeout),
    'rxjs timeout': () =>
      thousandsOf(({ begin }) => lastValueFrom(from(begin()).pipe(timeout(LIMIT_MS)))),
  },
  note: `The floor ends a timer and knows no signal, no zone that stops the clock, no owner and no name for
the error. The signal of a run is made when the work asks for it, which is the row "with signal".`,
});
