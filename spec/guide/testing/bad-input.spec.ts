import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { sleep } from 'rxhome';
import {
  closeTestHubs,
  createTestHub,
  hubMatchers,
  marbles,
  mockHttp,
  VirtualClock,
  type HubMarbleTest,
} from 'rxhome/testing';
import { debounceTime } from 'rxjs';
import { rowsUnder } from '../guide-links.js';
import { hallLight } from './hall-light.js';

const guide = readFileSync(new URL('../../../docs/guide/testing.md', import.meta.url), 'utf8');
const rows = rowsUnder(guide, '## When a test is wrong itself');
const never = (): Promise<never> => new Promise(() => undefined);

async function failure(work: () => unknown): Promise<Error> {
  try {
    await work();
  } catch (error) {
    return error as Error;
  }
  throw new Error('It did not fail.');
}

/** A mistake for each row of the table. */
const mistakes: readonly (() => unknown)[] = [
  () => marbles(({ expectStates }) => expectStates('light.hall').toBe('off 5sec on')),
  () => marbles(({ hot }) => void hot('-a-b', { a: 1 })),
  () =>
    marbles(({ expectStates }) =>
      expectStates(['light.hall']).toBe('a', { a: { entityId: 'light.porch', state: 'on' } }),
    ),
  () => marbles(({ expectEvents }) => void expectEvents('doorbell')),
  () => createTestHub().advance('soon' as '1s'),
  () =>
    marbles(({ advance }) => {
      void advance('1h');
    }),
  () => {
    void marbles(() => sleep(5));
    return closeTestHubs();
  },
  () => marbles(never),
  () =>
    marbles(() => {
      setInterval(function poll() {}, 60_000);
      return never();
    }),
  () =>
    marbles(({ hub, advance }: HubMarbleTest) => {
      hub.bus.listen('bell', async () => {
        await Promise.resolve();
        hub.bus.fire('bell');
      });
      hub.bus.fire('bell');
      return advance(1);
    }),
  async () => {
    const other = VirtualClock.install({ name: 'the other test' });
    await marbles(() => undefined).finally(() => other.uninstall());
  },
  async () => {
    const hub = createTestHub();
    mockHttp(hub, { 'GET http://meter.local/now': {} });
    const { cause } = await failure(() => hub.http.getJson('http://meter.local/later'));
    throw cause;
  },
  () => hubMatchers.toHaveFired(createTestHub(), 'doorbell'),
  async () => {
    await using hub = createTestHub();
    hub.createTask(never, { name: 'watch the boiler' });
  },
];

it('has a mistake for each row', () => {
  expect(rows.length).toBe(mistakes.length);
});

it.each(mistakes.map((mistake, index) => [rows[index]?.[0] ?? '(no row)', mistake] as const))(
  'says: %s',
  async (said, mistake) => {
    const { message } = await failure(mistake);
    const parts = said.split('…').map((part) => part.trim().replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
    expect(message).toMatch(new RegExp(`^${parts.join('[^]*')}`));
  },
);

it('shows failures as they are', async () => {
  const states = await failure(() =>
    marbles(({ hub, at, expectStates }) => {
      hub.states.set('light.hall', 'off');
      hallLight(hub);
      at('5s', () => hub.states.set('binary_sensor.hall_motion', 'on'));
      expectStates('light.hall').toBe('off 5s on 5m off');
    }),
  );
  expect(guide).toContain(`\`\`\`text\n${String(states).trimEnd()}\n\`\`\``);
  const stream = await failure(() =>
    marbles(({ hot, expectObservable }) => {
      const clicks = hot('           -a-b-c-----d|');
      expectObservable(clicks.pipe(debounceTime(4))).toBe('--------c--d|');
    }),
  );
  expect(guide).toContain(`\`\`\`text\n${String(stream).trimEnd()}\n\`\`\``);
});
