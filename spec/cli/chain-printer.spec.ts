import { describe, expect, it } from '@jest/globals';
import { ChainPrinter } from '../../src/cli/chain-printer.js';
import { colors } from '../../src/cli/colors.js';
import { timeOfDay } from '../../src/cli/time-of-day.js';
import { MadeUpFeed } from './feed.js';

function print(feed: MadeUpFeed, ...ticks: number[]): string[] {
  const lines: string[] = [];
  const printer = new ChainPrinter((line) => lines.push(line), colors(false));
  for (const activity of feed.activities) printer.add(activity);
  for (const at of ticks.length > 0 ? ticks : [feed.at + 200]) printer.tick(at);
  printer.end(feed.at + 10_000);
  return lines;
}

describe('ChainPrinter', () => {
  it('tells a chain as one line', () => {
    const feed = new MadeUpFeed();
    const time = timeOfDay(feed.at);
    const { id, context } = feed.event('folder_watcher', {
      event_type: 'created',
      path: '/inbox/report.pdf',
      file: 'report.pdf',
    });
    const listener = feed.nextId();
    const task = feed.start('task', 'hash report.pdf', { parent: listener, context });
    feed.listener(listener, 'file_hasher', { parent: id, context });
    const job = feed.start('job', 'sha256', { parent: task.id, context });
    feed.at += 12;
    feed.end(job, { worker: 1 });
    feed.state('sensor.report_pdf_sha256', '3a7bd3e2360a', { parent: task.id, cause: context });
    feed.end(task);
    expect(print(feed)).toEqual([
      `${time} folder_watcher created report.pdf → file_hasher → task hash report.pdf → worker 1, 12 ms → sensor.report_pdf_sha256 = 3a7bd3e2360a`,
    ]);
  });

  it('begins a new sentence for a second listener, and a list for several values', () => {
    const feed = new MadeUpFeed();
    const { id, context } = feed.event('motion', { room: 'hall', lux: 3, nested: {} });
    for (const [owner, ...entities] of [
      ['lights', 'light.hall', 'light.stairs'],
      ['fan', 'fan.hall'],
    ] as const) {
      const listener = feed.nextId();
      for (const entity of entities) feed.state(entity, 'on', { parent: listener, cause: context });
      feed.listener(listener, owner, { parent: id, context });
    }
    feed.listener(feed.nextId(), 'logbook', { parent: id, context });
    expect(print(feed)[0]!.slice(9)).toBe(
      'motion room=hall lux=3 → lights → light.hall = on, light.stairs = on; fan → fan.hall = on',
    );
  });

  it('marks what failed, what was cancelled and what still runs', () => {
    const feed = new MadeUpFeed();
    const { id, context } = feed.event('go');
    const listener = feed.nextId();
    const failed = feed.start('task', 'one', { parent: listener, context });
    const cancelled = feed.start('task', 'two', { parent: listener, context });
    feed.start('task', 'three', { parent: listener, context });
    feed.listener(listener, 'automation', { parent: id, context });
    feed.end(failed, { status: 'failed' });
    feed.end(cancelled, { status: 'cancelled' });
    expect(print(feed, feed.at + 2_000)[0]!.slice(9)).toBe(
      'go → automation → task one ✗ → task two (cancelled) → task three …',
    );
  });

  it('folds values into a line now and then, with what has changed', () => {
    const lines: string[] = [];
    const printer = new ChainPrinter((line) => lines.push(line), colors(false));
    const start = 1_000_000;
    for (let second = 0; second <= 12; second++) {
      const feed = new MadeUpFeed();
      feed.at = start + second * 1000;
      const of = (name: string, unit: string): object => ({
        owner: 'system_monitor',
        attributes: { friendly_name: name, unit_of_measurement: unit },
      });
      feed.state('sensor.cpu', String(10 + second / 10), of('Processor', '%'));
      feed.state('sensor.net', second < 6 ? '1234567' : '99', of('Network in', 'B/s'));
      for (const activity of feed.activities) printer.add(activity);
      for (let ms = 100; ms <= 1000; ms += 100) printer.tick(feed.at + ms);
    }
    expect(lines.map((line) => line.slice(9))).toEqual([
      'system_monitor: processor 10 % · network in 1.2 MB/s',
      'system_monitor: processor 11 % · network in 99 B/s',
    ]);
  });

  it('says where a file was moved to, with the folder if the name is the same', () => {
    const moved = { event_type: 'moved', file: 'a.txt' };
    const feed = new MadeUpFeed();
    feed.event('folder_watcher', { ...moved, dest_file: 'b.txt', dest_folder: '/inbox' });
    feed.event('folder_watcher', { ...moved, dest_file: 'a.txt', dest_folder: '/inbox/done' });
    expect(print(feed).map((line) => line.slice(9))).toEqual([
      'folder_watcher moved a.txt to b.txt',
      'folder_watcher moved a.txt to done/a.txt',
    ]);
  });

  it('lets no file name write to the terminal', () => {
    const feed = new MadeUpFeed();
    feed.event('folder_watcher', { event_type: 'created', file: 'a\u001b[31m\nb' });
    expect(print(feed)[0]!.slice(9)).toBe('folder_watcher created a�[31m�b');
  });
});
