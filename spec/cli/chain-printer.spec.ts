import { describe, expect, it } from '@jest/globals';
import { createTestHub } from 'rxhome/testing';
import { activityRows, type Row } from 'rxhome/inspector';
import { ChainPrinter, type PrinterOptions } from '../../src/cli/chain-printer.js';
import { colors } from '../../src/cli/colors.js';
import { timeOfDay } from '../../src/cli/time-of-day.js';
import { MadeUpRows } from './feed.js';

const OPTIONS: PrinterOptions = { colors: colors(false), nameOf: () => undefined };

function print(made: MadeUpRows, options: Partial<PrinterOptions> = {}, tick?: number): string[] {
  const lines: string[] = [];
  const printer = new ChainPrinter((line) => lines.push(line), { ...OPTIONS, ...options });
  for (const row of made.rows) printer.add(row, made.at);
  printer.tick(tick ?? made.at + 200);
  printer.end(made.at + 10_000);
  return lines;
}

/** The only line, without its time. */
function lineOf(made: MadeUpRows, tick?: number): string {
  const [line = '', ...more] = print(made, {}, tick);
  expect(more).toEqual([]);
  return line.slice(9);
}

describe('ChainPrinter', () => {
  it('tells a chain as one line', () => {
    const made = new MadeUpRows();
    const time = timeOfDay(made.at);
    const file = made.event('folder_watcher', { text: 'folder_watcher created report.pdf' });
    const listener = made.point('listener', { cause: file.id });
    const task = made.start('task', 'hash report.pdf', { cause: listener.id });
    const job = made.start('job', 'sha256', { cause: task.id });
    made.at += 12;
    made.end(job, { worker: 1 });
    made.state('sensor.report_pdf_sha256', '3a7bd3e2360a', { cause: task.id });
    made.end(task);
    expect(print(made)).toEqual([
      `${time} folder_watcher created report.pdf → file_hasher → task hash report.pdf → worker 1, 12 ms → sensor.report_pdf_sha256 = 3a7bd3e2360a`,
    ]);
  });

  it('begins a new sentence for a second listener, and a list for several values', () => {
    const made = new MadeUpRows();
    const motion = made.event('motion', { text: 'motion room=hall lux=3' });
    for (const [owner, ...entities] of [
      ['lights', 'light.hall', 'light.stairs'],
      ['fan', 'fan.hall'],
    ] as const) {
      const listener = made.point('listener', { owner, cause: motion.id });
      for (const entity of entities) made.state(entity, 'off → on', { cause: listener.id });
    }
    made.point('listener', { owner: 'logbook', cause: motion.id });
    expect(lineOf(made)).toBe(
      'motion room=hall lux=3 → lights → light.hall = on, light.stairs = on; fan → fan.hall = on',
    );
  });

  it('marks what failed, what was cancelled, what is waited for and what still runs', () => {
    const made = new MadeUpRows();
    const go = made.event('go');
    const listener = made.point('listener', { owner: 'automation', cause: go.id });
    const cause = listener.id;
    made.end(made.start('task', 'one', { cause }), { status: 'failed' });
    made.end(made.start('task', 'two', { cause }), { status: 'cancelled' });
    made.start('timer', 'sleep', { cause, text: 'sleep, 20 s', short: '20 s' });
    made.start('job', 'sha256', { cause });
    expect(lineOf(made, made.at + 2_000)).toBe(
      'go → automation → task one ✗ → task two (cancelled) → waits 20 s → job sha256 …',
    );
  });

  it('goes on with a long chain when there is news', () => {
    const made = new MadeUpRows();
    const lines: string[] = [];
    const printer = new ChainPrinter((line) => lines.push(line), OPTIONS);
    const go = made.event('go');
    const wait = made.start('timer', 'sleep', { cause: go.id, text: 'sleep, 20 s', short: '20 s' });
    for (const row of made.rows) printer.add(row, made.at);
    printer.tick((made.at += 2_000));
    made.at += 18_000;
    printer.add(made.end(wait), made.at);
    printer.add(made.state('light.page', 'on → off', { cause: wait.id }), made.at);
    printer.tick(made.at + 200);
    expect(lines.map((line) => line.slice(9))).toEqual([
      'go → waits 20 s …',
      '… waited 20 s → light.page = off',
    ]);
  });

  it('tells of services, automations and conditions that were not met', () => {
    const made = new MadeUpRows();
    const triggered = made.point('automation', { name: 'Hall', text: 'Hall: motion' });
    const call = made.start('service', 'light.turn_on', {
      cause: triggered.id,
      text: 'light.turn_on light.hall',
    });
    made.end(call);
    made.state('light.hall', 'on, brightness 10 → 20', { cause: call.id });
    expect(lineOf(made)).toBe('Hall: motion → light.turn_on light.hall → light.hall = on');

    const blocked = new MadeUpRows();
    const motion = blocked.event('motion');
    blocked.point('blocked', { cause: motion.id, text: 'Hall: not below_horizon' });
    expect(lineOf(blocked)).toBe('motion → Hall: not below_horizon (blocked)');
  });

  it('folds values into a line now and then, with what has changed', () => {
    const lines: string[] = [];
    const names = new Map([['sensor.cpu', 'Processor']]);
    const printer = new ChainPrinter((line) => lines.push(line), {
      ...OPTIONS,
      nameOf: (entity) => names.get(entity),
    });
    const made = new MadeUpRows();
    const start = made.at;
    for (let second = 0; second <= 12; second++) {
      made.at = start + second * 1000;
      const owner = 'system_monitor';
      const rows = [
        made.state('sensor.cpu', `7 % → ${second < 10 ? 10 : 11} %`, { owner }),
        made.state('sensor.net', second < 6 ? '1.2 MB/s' : '99 B/s', { owner }),
      ];
      for (const row of rows) printer.add(row, made.at);
      for (let ms = 100; ms <= 1000; ms += 100) printer.tick(made.at + ms);
    }
    expect(lines.map((line) => line.slice(9))).toEqual([
      'system_monitor: processor 10 % · sensor.net 1.2 MB/s',
      'system_monitor: processor 11 % · sensor.net 99 B/s',
    ]);
  });

  it('counts what comes too often: many files are many lines, and a storm is one now and then', () => {
    const lines: string[] = [];
    const printer = new ChainPrinter((line) => lines.push(line.slice(9)), OPTIONS);
    const made = new MadeUpRows();
    const start = made.at;
    for (; made.at < start + 6_000; made.at += 100) {
      for (let n = 0; n < 5; n++) printer.add(made.event('storm'), made.at);
      printer.tick(made.at);
    }
    expect(lines.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 'storm'));
    expect(lines.slice(20).filter((line) => line !== 'storm')).toEqual([
      expect.stringMatching(/^storm: \d\d more of the kind$/),
      expect.stringMatching(/^storm: \d\d more of the kind$/),
    ]);
    expect(lines.length).toBeLessThan(26);
    made.at += 200;
    printer.end(made.at);
    const counted = lines.map((line) => Number(/: (\d+) more/.exec(line)?.[1] ?? 1));
    expect(counted.reduce((sum, count) => sum + count, 0)).toBe(300); // nobody is forgotten

    lines.length = 0;
    printer.tick((made.at += 10_000));
    for (let n = 0; n < 10; n++) printer.add(made.event('storm'), made.at);
    printer.tick(made.at + 200);
    expect(lines).toHaveLength(10); // it was quiet
  });

  it('tells only what is wanted, and that whole', () => {
    const made = new MadeUpRows();
    const go = made.event('go');
    made.state('light.hall', 'on', { cause: go.id });
    made.event('other');
    const isWanted: PrinterOptions['isWanted'] = ({ rows }) =>
      rows.some(({ entity }) => entity === 'light.hall');
    expect(print(made, { isWanted }).map((line) => line.slice(9))).toEqual([
      'go → light.hall = on',
    ]);
  });

  it('lets no name write to the terminal', () => {
    const made = new MadeUpRows();
    const bad = 'a\u001b[31m\nb\u202e';
    const go = made.event(bad);
    const listener = made.point('listener', { owner: bad, cause: go.id });
    made.state(`sensor.${bad}`, bad, { cause: listener.id });
    made.end(made.start('job', bad, { cause: listener.id }));
    made.end(made.start('task', bad, { cause: listener.id }));
    const good = 'a�[31m�b�';
    expect(lineOf(made)).toBe(
      `${good} → ${good} → sensor.${good} = ${good} → job ${good}, 0 ms → task ${good}`,
    );
    const values = new MadeUpRows();
    values.state('sensor.a', '1', { owner: bad });
    const lines = print(values, { nameOf: () => bad }, values.at + 150);
    expect(lines.join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});

describe('a chain of a real hub', () => {
  it('is told with what led to what', async () => {
    await using hub = createTestHub();
    await hub.start();
    const lines: string[] = [];
    const printer = new ChainPrinter((line) => lines.push(line), OPTIONS);
    const took: Row[] = [];
    activityRows(hub).subscribe(({ rows, updates }) => {
      for (const row of [...rows, ...updates]) {
        took.push(row);
        printer.add(row, row.at);
      }
    });
    hub.bus.listen('doorbell', async () => {
      await hub.createTask(async () => hub.states.set('light.hall', 'on'), { name: 'lamp' });
    });
    hub.bus.fire('doorbell', { name: 'front' });
    await hub.clock!.advance('1s');
    printer.tick(took.at(-1)!.at + 1_000);
    expect(lines.map((line) => line.slice(9))).toEqual([
      expect.stringMatching(/^doorbell front → .*→ task lamp → light\.hall = on$/),
    ]);
  });
});
