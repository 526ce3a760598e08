import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, jest } from '@jest/globals';
import { stopOnSignals } from 'rxhome';
import { createTestHub } from 'rxhome/testing';

// In processes and real time: there is no other way to be told by a signal.
jest.setTimeout(90_000);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FLAGS = ['--import', 'tsx', '--conditions=rxhome-source', '--input-type=module', '-e'];

/** Runs `body` with a hub that stops on signals, sends those, and says what came out. */
async function run(body: string, ...signals: NodeJS.Signals[]) {
  // A second one has to come before that; on a busy machine it may be late.
  const stopMs = signals.length > 1 ? 30_000 : 4_000;
  const program = `
    import { Hub, sleep, stopOnSignals } from 'rxhome';
    const quiet = { debug() {}, info() {}, warn: (text) => console.log(text), error() {} };
    const stageTimeoutsMs = { start: 200, stop: ${stopMs}, finalWrite: 100 };
    const hub = new Hub({ logger: quiet, watchdog: false, unloadTimeoutMs: 200, stageTimeoutsMs });
    const alive = setInterval(() => undefined, 1000);
    hub.bus.listen('homeassistant_close', () => clearInterval(alive));
    hub.stage$.subscribe((stage) => console.log(stage));
    ${body}
    await hub.start();
    console.log('ready');`;
  const child = spawn(process.execPath, [...FLAGS, program], {
    cwd: ROOT,
    env: { ...process.env, NODE_OPTIONS: '', NODE_NO_WARNINGS: '1' },
  });
  let out = '';
  let isSent = false;
  child.stderr.on('data', (text) => (out += String(text)));
  child.stdout.on('data', (text) => {
    out += String(text);
    if (out.includes('ready') && !isSent) {
      isSent = true;
      child.kill(signals[0]);
    }
    if (out.includes('stopping') && signals[1]) child.kill(signals[1]);
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  return { code, out };
}

describe('stopOnSignals', () => {
  it('stops at SIGTERM, in all stages, and exits with 0', async () => {
    const { code, out } = await run(
      'stopOnSignals(hub, (signal) => console.log(signal));',
      'SIGTERM',
    );
    expect(out.trim().split('\n').slice(-5)).toEqual([
      'ready',
      'SIGTERM',
      'stopping',
      'final_write',
      'stopped',
    ]);
    expect(code).toBe(0);
  });

  it.each([
    ['', ''],
    [' at a terminal', 'process.stdin.isTTY = true;'],
    [' under npm', `process.env.npm_lifecycle_event = 'start';`],
  ])('exits at once at a second signal%s', async (_, where) => {
    const { code, out } = await run(
      `delete process.env.npm_lifecycle_event;
       ${where}
       stopOnSignals(hub);
       hub.bus.listen('homeassistant_stop', () => sleep(60_000));`,
      'SIGINT',
      'SIGINT',
    );
    expect(out).toContain('stopping');
    expect(out).not.toContain('final_write');
    expect(code).toBe(130);
  });

  // Nothing here is a terminal: each says that it is.
  const atATerminal = `process.stdin.isTTY = true; process.env.npm_lifecycle_event = 'start';`;

  it('takes one Ctrl+C for one, also when npm sends it on', async () => {
    const { code, out } = await run(`${atATerminal} stopOnSignals(hub);`, 'SIGINT', 'SIGINT');
    expect(out).toContain('stopped');
    expect(code).toBe(0);
  });

  it('takes a later Ctrl+C under npm for a second one, and another signal at once', async () => {
    // One signal more behind each word: those of the first half second are not counted.
    const twice = await run(
      `${atATerminal} stopOnSignals(hub);
       hub.bus.listen('homeassistant_stop', async () => {
         for (;;) {
           await sleep(700);
           console.log('later');
         }
       });`,
      'SIGINT',
      'SIGINT',
    );
    expect(twice.out).toContain('later');
    expect(twice.out).not.toContain('final_write');
    expect(twice.code).toBe(130);
    const other = await run(
      `${atATerminal} stopOnSignals(hub);
       hub.bus.listen('homeassistant_stop', () => sleep(60_000));`,
      'SIGINT',
      'SIGTERM',
    );
    expect(other.out).not.toContain('final_write');
    expect(other.code).toBe(143);
  });

  it('takes one Ctrl+C for one, also when the process stands still between the two', async () => {
    const { code, out } = await run(
      `${atATerminal} stopOnSignals(hub);
       hub.bus.listen('homeassistant_stop', async () => {
         await sleep(100);
         process.stdout.write('stands still\\n');
         Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_500);
         await sleep(200);
       });`,
      'SIGINT',
      'SIGINT',
    );
    expect(out).toContain('stands still');
    expect(out).toContain('stopped');
    expect(code).toBe(0);
  });

  it('takes one Ctrl+C for one, also when the second signal comes after the hub has stopped', async () => {
    const { code, out } = await run(
      `${atATerminal} stopOnSignals(hub);
       hub.stage$.subscribe({
         complete: () => setTimeout(() => {
           process.kill(process.pid, 'SIGINT');
           setTimeout(() => console.log('lives'), 50);
         }, 50),
       });`,
      'SIGINT',
    );
    expect(out).toMatch(/stopped\nlives\n$/);
    expect(code).toBe(0);
  });

  it('leaves the signals alone when it is unsubscribed', async () => {
    const { out } = await run('stopOnSignals(hub)();', 'SIGTERM');
    expect(out).not.toContain('stopping');
  });

  it('exits at once at a second signal of the other kind', async () => {
    const { code } = await run(
      `stopOnSignals(hub);
       hub.bus.listen('homeassistant_stop', () => sleep(60_000));`,
      'SIGINT',
      'SIGTERM',
    );
    expect(code).toBe(143);
  });

  it('is held by no thread that hangs, nor by a task that does not end', async () => {
    const { code, out } = await run(
      `import { workerModule } from 'rxhome';
       stopOnSignals(hub);
       const hanging = workerModule(new URL('./spec/fixtures/hang.worker.js', 'file://' + process.cwd() + '/'));
       const counter = new Int32Array(new SharedArrayBuffer(4));
       hub.addExecutorJob(hanging.spin, counter).catch(() => undefined);
       hub.createBackgroundTask(() => new Promise(() => undefined), { name: 'deaf' });
       while (counter[0] === 0) await sleep(5);`,
      'SIGTERM',
    );
    expect(out).toContain('job "spin" of hub');
    expect(out).toContain('background task "deaf" of hub');
    expect(out).toContain('stopped');
    expect(out).not.toContain('kept by');
    expect(code).toBe(0);
  });

  it('ends what is kept by a timer that was left behind, after 5 s, and says by what', async () => {
    const { code, out } = await run(
      `stopOnSignals(hub);
       setInterval(() => undefined, 60_000);
       process.exitCode = 3;`,
      'SIGTERM',
    );
    expect(out).toMatch(/stopped\n.*kept by: .*Timeout/);
    expect(code).toBe(3); // somebody has set it
  });

  it('gives the signals back when the hub was stopped by somebody else', async () => {
    const hub = createTestHub();
    const count = (): number => process.listenerCount('SIGINT') + process.listenerCount('SIGTERM');
    const before = count();
    stopOnSignals(hub);
    expect(count()).toBe(before + 2);
    await hub.stop();
    expect(count()).toBe(before);
    stopOnSignals(hub); // has stopped already
    expect(count()).toBe(before);
  });
});
