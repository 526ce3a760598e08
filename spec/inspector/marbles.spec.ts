import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';
// Its hooks are defined before a test runs, as where somebody pastes a text.
import 'rxhome/testing';
import { type Chain, chainOf } from '../../src/inspector/page/model/chain.js';
import { diagramOf, stateWords } from '../../src/inspector/diagram.js';
import { type DataOf, marblesOf as textOf } from '../../src/inspector/marbles.js';
import type { Row } from '../../src/inspector/wire.js';
import { storeOf } from './page/rows.js';

const T0 = 1_795_280_000_000.25;
const HERE = '// What is tested is set up here.';

type Step = Partial<Row> & { id: number; at: number };

const marblesOf = ({ rows, more }: Chain, dataOf: DataOf = () => undefined): string => {
  const [root, ...effects] = rows.map(({ row }) => row);
  return textOf(root as Row, effects, more, dataOf);
};

const chainFrom = (...steps: Step[]): Chain =>
  chainOf(storeOf(...steps.map((step) => ({ ...step, at: T0 + step.at }))), 1) as Chain;

const state = (id: number, at: number, entity: string, from: string | null, to: string): Step => ({
  id,
  at,
  cause: id === 1 ? 0 : 1,
  kind: 'state',
  entity,
  name: 'state_changed',
  text: from === null ? `${entity}: ${to}` : `${entity}: ${from} → ${to}`,
  short: to.slice(0, 8),
});

/** Runs the text of a module as a spec would, and says how it ended. */
async function runs(...texts: string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'rxhome-marbles-'));
  try {
    const file = join(folder, 'pasted.mjs');
    const tests = texts.map((text) => `async () => {\n${text}\n},`);
    await writeFile(
      file,
      `import { marbles, mockService, replay } from 'rxhome/testing';\nexport const tests = [\n${tests.join('\n')}\n];\n`,
    );
    const { tests: pasted } = (await import(pathToFileURL(file).href)) as {
      tests: readonly (() => Promise<void>)[];
    };
    for (const [index, test] of pasted.entries()) {
      try {
        await test();
      } catch (error) {
        throw new Error(`${String(error)}\n\n${texts[index] ?? ''}`, { cause: error });
      }
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Code that does, when the root happens, what the chain did. */
function programOf({ root, rows }: Chain): string {
  const lines = rows.slice(1).map(({ row }) => {
    const ms = Math.round(row.at - root.at);
    const name = JSON.stringify(row.name);
    if (row.kind === 'event') return `setTimeout(() => hub.bus.fire(${name}), ${ms});`;
    if (row.kind === 'service') {
      const [domain, service] = row.name.split('.');
      return `setTimeout(() => void hub.services.call('${domain}', '${service}'), ${ms});`;
    }
    const to = JSON.stringify(
      row.text
        .split(' → ')
        .at(-1)
        ?.replace(`${row.entity ?? ''}: `, ''),
    );
    return `setTimeout(() => hub.states.set('${row.entity ?? ''}', ${to}), ${ms});`;
  });
  const type =
    { state: 'state_changed', service: 'call_service' }[root.kind as string] ?? root.name;
  const calls = new Set(rows.flatMap(({ row }) => (row.kind === 'service' ? [row.name] : [])));
  const services = [...calls].map((name) => `mockService(hub, '${name.replace('.', "', '")}');`);
  return `let isDone = false;
    ${services.join(' ')}
    hub.bus.on('${type}').subscribe(() => {
      if (isDone) return;
      isDone = true;
      ${lines.join('\n      ')}
    });`;
}

/** Numbers that look random, the same ones in each run. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function randomChain(seed: number): Chain {
  const roll = dice(seed * 7_919 + 1);
  const texts = ['on', 'off', 'not home', '5m', 'none', "it's late", '21.5'];
  const now = new Map<string, string>();
  const steps: Step[] = [];
  const count = 1 + roll(9);
  let at = 0;
  for (let id = 1; id <= count; id++) {
    const cause = id === 1 ? 0 : 1;
    const what = roll(3);
    if (what === 0)
      steps.push({ id, at, cause, name: `happened_${roll(3)}${id === 1 ? '_first' : ''}` });
    else if (what === 1) {
      const entity = `light.l${roll(2)}`;
      const from = now.get(entity) ?? (roll(2) === 0 ? 'unknown' : null);
      const to = texts[roll(texts.length)] ?? 'on';
      if (to === from) continue;
      now.set(entity, to);
      steps.push(state(id, at, entity, from, to));
    } else
      steps.push({ id, at, cause, kind: 'service', name: `light.turn_${roll(2) ? 'on' : 'off'}` });
    at += 1 + roll(3) * roll(4_000);
  }
  return steps[0]?.id === 1 ? chainFrom(...steps) : randomChain(seed + 100_000);
}

describe('a chain as marbles', () => {
  it('has the form of toMarbles: what came from outside is replayed, the rest is expected', () => {
    const chain = chainFrom(
      { id: 1, at: 0, name: 'motion' },
      { id: 2, at: 0.1, cause: 1, kind: 'automation', name: 'hall' },
      { id: 3, at: 0.2, cause: 1, kind: 'service', name: 'light.turn_on' },
      state(4, 1.2, 'light.hall', 'off', 'on'),
      state(5, 6_001, 'light.hall', 'on', 'off'),
    );
    expect(marblesOf(chain, (id) => (id === 1 ? { where: 'hall' } : undefined))).toBe(
      [
        'await marbles(async ({ hub, expectEvents, expectServiceCalls, expectStates }) => {',
        "  hub.states.set('light.hall', 'off');",
        `  ${HERE}`,
        "  expectStates('light.hall').toBe('off 1ms on 6s off');",
        "  expectEvents('motion').toBe('a');",
        "  expectServiceCalls('light.turn_on').toBe('a');",
        '  await replay(hub, [',
        '    {"at":0,"type":"motion","data":{"where":"hall"}},',
        '  ]);',
        '});',
      ].join('\n'),
    );
  });

  it('runs: random chains pass where the same happens', async () => {
    const texts = Array.from({ length: 150 }, (_, seed) => {
      const chain = randomChain(seed);
      return marblesOf(chain).replace(HERE, () => programOf(chain));
    });
    expect(texts.filter((text) => text.includes('expectStates(')).length).toBeGreaterThan(50);
    await runs(...texts);
  });

  it('fails where something else happens, and where nothing does', async () => {
    const chain = chainFrom(
      { id: 1, at: 0, name: 'motion' },
      state(2, 5, 'light.hall', 'off', 'on'),
    );
    const late = chainFrom(
      { id: 1, at: 0, name: 'motion' },
      state(2, 6, 'light.hall', 'off', 'on'),
    );
    await runs(marblesOf(chain).replace(HERE, programOf(chain)));
    await expect(runs(marblesOf(chain))).rejects.toThrow('light.hall');
    await expect(runs(marblesOf(chain).replace(HERE, programOf(late)))).rejects.toThrow(
      'light.hall',
    );
  });

  it('takes states from payloads before it reads them from words', async () => {
    const set = { state: 'a → b', attributes: { brightness: 3 } };
    const chain = chainFrom(state(1, 0, 'light.hall', 'off', 'cut …'));
    const text = marblesOf(chain, () => ({
      entityId: 'light.hall',
      oldState: { state: 'x: y', attributes: {} },
      newState: set,
    }));
    expect(text).toContain(`expectStates('light.hall').toBe("'x: y' 'a → b'");`);
    expect(text).toContain('"newState":{"state":"a → b","attributes":{"brightness":3}}');
    await runs(text);
  });

  it('says what it leaves out', async () => {
    const chain = chainFrom(
      { id: 1, at: 0, kind: 'task', name: 'poll' },
      { id: 2, at: 1, cause: 1, name: 'a' },
      { id: 3, at: 1, cause: 1, name: 'a' },
      { id: 4, at: 3, cause: 1, name: 'a' },
      { ...state(5, 4, 'sensor.x', null, ''), text: 'sensor.x: something lo…' },
    );
    const text = marblesOf({ ...chain, more: 7 });
    expect(text).toContain("// 'a': 3 too close to each other to be drawn.");
    expect(text).toContain("// 'sensor.x': its states cannot be written as words.");
    expect(text).toContain('// 7 more are left out.');
    expect(text).toContain("// It began with task 'poll', which is set up above too.");
    await runs(text);
  });

  it('breaks no comment by a name', async () => {
    const name = 'two\u2028lines\u2029and\nmore';
    const chain = chainFrom(
      { id: 1, at: 0, kind: 'task', name },
      { id: 2, at: 1, cause: 1, name },
      { id: 3, at: 1, cause: 1, name },
      { id: 4, at: 3, cause: 1, name },
    );
    const text = marblesOf(chain);
    expect(text).not.toMatch(/[\u2028\u2029]/);
    const comments = text.split('\n').filter((line) => line.includes('lines'));
    expect(comments).toHaveLength(2);
    expect(comments.every((line) => /^ *\/\/ .*and\\nmore/.test(line))).toBe(true);
    await runs(text);
  });

  it('lets no text of a user out of its quotes', async () => {
    const nasty = `x'); process.exit(1); ('\n\u2028*/`;
    const chain = chainFrom(
      { id: 1, at: 0, name: nasty },
      { id: 2, at: 1, cause: 1, kind: 'service', name: nasty },
      state(3, 2, nasty, 'off', nasty),
    );
    const text = marblesOf(chain, () => ({ [nasty]: nasty }));
    expect(text.split('\n').every((line) => !line.startsWith('*'))).toBe(true);
    await expect(runs(text)).rejects.not.toThrow('Syntax');
  });
});

describe('the diagram of moments', () => {
  it.each([
    [[], ''],
    [[0], 'a'],
    [[2, 5], '--a--a'],
    [[0, 250], 'a 249ms a'],
    [[3, 3, 3, 8], '---(aaa)a'],
    [[3, 3, 3, 7], null],
    [[5, 2], '--a--a'],
  ])('%j is %j', (frames, expected) => {
    expect(diagramOf(frames)).toBe(expected);
  });

  it('of states is words, and none where a text is no word', () => {
    expect(
      stateWords([
        { frame: 0, text: 'on' },
        { frame: 90_061, text: null },
      ]),
    ).toBe('on 1m30s61ms none');
    expect(stateWords([{ frame: 0, text: '--' }])).toBeNull();
    expect(stateWords([{ frame: 0, text: `"'` }])).toBeNull();
    expect(
      stateWords([
        { frame: 0, text: 'on' },
        { frame: 5, text: 'on' },
      ]),
    ).toBe('on');
  });
});
