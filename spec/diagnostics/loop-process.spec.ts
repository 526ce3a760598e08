import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, jest } from '@jest/globals';

// In processes of their own: only there it can be seen that nothing keeps one alive.
jest.setTimeout(60_000);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FLAGS = ['--import', 'tsx', '--conditions=rxhome-source', '--input-type=module', '-e'];

/** Runs `body` after a hub has started; says what it wrote, and how it ended. */
async function run(
  body: string,
  { options = '{}', onReady }: { options?: string; onReady?: (child: ChildProcess) => void } = {},
) {
  const program = `
    import { Hub, sleep } from 'rxhome';
    const quiet = { debug() {}, info() {}, warn: (text) => console.log(text), error: console.log };
    const burn = (ms) => { const end = performance.now() + ms; while (performance.now() < end); };
    const hub = new Hub({ logger: quiet, ...${options} });
    await hub.start();
    console.log('ready');
    ${body}
    console.log('end');`;
  const child = spawn(process.execPath, [...FLAGS, program], {
    cwd: ROOT,
    env: { ...process.env, NODE_OPTIONS: '', NODE_NO_WARNINGS: '1' },
  });
  let out = '';
  let isReady = false;
  child.stderr.on('data', (text) => (out += String(text)));
  child.stdout.on('data', (text) => {
    out += String(text);
    if (isReady || !out.includes('ready')) return;
    isReady = true;
    onReady?.(child);
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  const lines = out.trim().split('\n');
  // A busy machine may stall a process as well, also before it is ready.
  const ours = lines.filter((line) => !line.includes('stood still') || line.includes('`burn`'));
  return { code, lines: ours.slice(ours.indexOf('ready') + 1) };
}

describe('a process whose loop is watched', () => {
  it('ends by itself, with a hub that was not stopped', async () => {
    expect(await run('await sleep(10);')).toEqual({ code: 0, lines: ['end'] });
  });

  it('ends at process.exit in the midst of a stall that is being looked at', async () => {
    const { code, lines } = await run('burn(300); process.exit(3);');
    expect([code, lines]).toEqual([3, []]);
  });

  it('has no thread and no handle left when its hubs have stopped', async () => {
    const { code, lines } = await run(`
      const before = (await hub.stop(), process.getActiveResourcesInfo());
      const again = [new Hub({ logger: quiet }), new Hub({ logger: quiet })];
      for (const one of again) await one.start();
      for (const one of again) await one.stop();
      const after = process.getActiveResourcesInfo();
      const isOver = (name) => !['MessagePort', 'Worker', 'Timeout', 'Immediate'].includes(name);
      console.log(before.every(isOver), after.every(isOver));`);
    expect({ code, lines }).toEqual({ code: 0, lines: ['true true', 'end'] });
  });

  it('ends when a start was not awaited and the hub is stopped meanwhile', async () => {
    const { code, lines } = await run(`
      await hub.stop();
      const other = new Hub({ logger: quiet });
      const started = other.start();
      await Promise.all([other.stop(), started]);`);
    expect({ code, lines }).toEqual({ code: 0, lines: ['end'] });
  });

  it('was not stalled while it was stopped', async () => {
    const stopAndGo = (child: ChildProcess): void => {
      setTimeout(() => {
        child.kill('SIGSTOP');
        setTimeout(() => child.kill('SIGCONT'), 3000);
      }, 500);
    };
    const options = '{ watchdog: { thresholdMs: 2000 } }';
    const busy = `
      const end = performance.now() + 5000;
      while (performance.now() < end) { burn(50); await new Promise((next) => setImmediate(next)); }
      await sleep(200);
      console.log(hub.snapshot().loop.stalls);`;
    const idle = 'await sleep(4500); console.log(hub.snapshot().loop.stalls);';
    const runs = await Promise.all(
      [busy, idle].map((body) => run(body, { options, onReady: stopAndGo })),
    );
    for (const { lines } of runs) expect(lines).toEqual(['0', 'end']);
  });

  it('is left alone while a debugger may be attached, and watched again afterwards', async () => {
    const { lines } = await run(`
      const inspector = await import('node:inspector');
      inspector.open(0, '127.0.0.1');
      await sleep(100);
      burn(300);
      await sleep(100);
      console.log('closing');
      inspector.close();
      await sleep(100);
      burn(2000); // the thread may have to wait before it can look
      await sleep(100);
      await hub.stop();`);
    const told = lines.filter((line) => line.includes('`burn`') || line === 'closing');
    expect(told).toEqual(['closing', expect.stringContaining('`burn` was running')]);
  });
});
