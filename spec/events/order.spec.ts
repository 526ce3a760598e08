import { describe, expect, it } from '@jest/globals';
import { MATCH_ALL } from 'rxhome';
import { createTestHub } from 'rxhome/testing';
import { map } from 'rxjs';

describe('the order of events', () => {
  it('is one for all: a cause before its effect, wherever a listener was registered', () => {
    const hub = createTestHub();
    const heard = { first: '', second: '', third: '' };
    hub.bus.listen(MATCH_ALL, ({ type }) => void (heard.first += type));
    hub.bus.listen('a', () => hub.bus.fire('b'));
    hub.bus.listen(MATCH_ALL, ({ type }) => void (heard.second += type));
    hub.bus.on(MATCH_ALL).subscribe(({ type }) => void (heard.third += type));
    hub.bus.fire('a');
    expect(heard).toEqual({ first: 'ab', second: 'ab', third: 'ab' });
  });

  it('runs each event to completion before the next one, three levels deep', () => {
    const hub = createTestHub();
    const calls: string[] = [];
    hub.bus.listen('a', () => {
      calls.push('a1');
      hub.bus.fire('b', { n: 1 });
      hub.bus.fire('b', { n: 2 });
    });
    hub.bus.listen('a', () => calls.push('a2'));
    hub.bus.listen('b', ({ data }) => {
      calls.push(`b1:${String(data['n'])}`);
      hub.bus.fire('c', data);
    });
    hub.bus.listen('b', ({ data }) => calls.push(`b2:${String(data['n'])}`));
    hub.bus.listen('c', ({ data }) => calls.push(`c:${String(data['n'])}`));
    hub.bus.fire('a');
    calls.push('fired');
    expect(calls).toEqual([
      ...['a1', 'a2', 'b1:1', 'b2:1', 'b1:2', 'b2:2'],
      ...['c:1', 'c:2', 'fired'],
    ]);
  });

  it('has reached everybody when `fire` returns outside of a listener', () => {
    const hub = createTestHub();
    let heard = 0;
    hub.bus.on('a').subscribe(() => heard++);
    hub.bus.fire('a');
    expect(heard).toBe(1);
  });

  it('holds for states set inside a listener: changed at once, told in order', () => {
    const hub = createTestHub();
    const first: string[] = [];
    const second: string[] = [];
    hub.bus.listen('state_changed', ({ data }) => {
      first.push(data.newState!.state);
      if (!hub.states.is('light.hall', 1)) return;
      hub.states.set('light.hall', 2);
      expect(hub.states.get('light.hall')!.state).toBe('2');
    });
    hub.bus.listen('state_changed', ({ data }) => {
      second.push(`${data.newState!.state} while it is ${hub.states.get('light.hall')!.state}`);
    });
    hub.states.set('light.hall', 1);
    expect(first).toEqual(['1', '2']);
    expect(second).toEqual(['1 while it is 2', '2 while it is 2']);
  });

  it('calls typed, keyed and MATCH_ALL listeners as they were registered', () => {
    const hub = createTestHub();
    const calls: number[] = [];
    const note = (n: number) => () => void calls.push(n);
    hub.states.changes('light.hall').subscribe(note(1));
    hub.bus.listen(MATCH_ALL, note(2));
    hub.bus.listen('state_changed', note(3));
    hub.states.changes({ domain: 'light' }).subscribe(note(4));
    hub.bus
      .on(MATCH_ALL)
      .pipe(map(() => calls.push(5)))
      .subscribe();
    hub.states.changes(['light.hall', 'light.attic']).subscribe(note(6));
    hub.bus.listen('state_changed', note(7), { filter: () => true });
    hub.states.changes('light.hall').subscribe(note(8));
    hub.bus.listen('state_changed', async () => note(9)());
    hub.states.changes(() => true).subscribe(note(10));
    hub.states.set('light.hall', 'on');
    expect(calls).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('keeps the order of registration after others have gone', () => {
    const hub = createTestHub();
    const calls: number[] = [];
    const ends = Array.from({ length: 100 }, (_, i) => hub.bus.listen('a', () => calls.push(i)));
    ends.forEach((end, i) => i % 10 === 0 || end());
    hub.bus.listen(MATCH_ALL, () => calls.push(100));
    hub.bus.listen('a', () => calls.push(101));
    hub.bus.fire('a');
    expect(calls).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 101]);
  });

  it('calls a function that was registered twice two times, and each end ends its own', () => {
    const hub = createTestHub();
    let calls = 0;
    const count = (): number => calls++;
    const [end] = [hub.bus.listen('a', count), hub.bus.listen('a', count)];
    hub.bus.fire('a');
    expect(calls).toBe(2);
    end();
    hub.bus.fire('a');
    expect(calls).toBe(3);
  });

  it('also queues what is fired in a filter', () => {
    const hub = createTestHub();
    const calls: string[] = [];
    hub.bus.listen(MATCH_ALL, ({ type }) => calls.push(type), {
      filter: ({ type }) => {
        if (type === 'a') hub.bus.fire('b');
        return true;
      },
    });
    hub.bus.listen(MATCH_ALL, ({ type }) => calls.push(type));
    hub.bus.fire('a');
    expect(calls).toEqual(['a', 'a', 'b', 'b']);
  });

  it('is the same for what an async listener fires before its first await', () => {
    const hub = createTestHub();
    const calls: string[] = [];
    hub.bus.listen('a', async () => {
      hub.bus.fire('b');
      await Promise.resolve();
    });
    hub.bus.listen(MATCH_ALL, ({ type }) => calls.push(type));
    hub.bus.fire('a');
    expect(calls).toEqual(['a', 'b']);
  });
});
