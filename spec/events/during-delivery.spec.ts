import { describe, expect, it } from '@jest/globals';
import { MATCH_ALL, type Unsubscribe } from 'rxhome';
import { createTestHub } from 'rxhome/testing';

describe('listeners that come and go during a delivery', () => {
  it('are not called any more once removed, not even for the current event', () => {
    const hub = createTestHub();
    const calls: string[] = [];
    const ends: Unsubscribe[] = [];
    hub.bus.listen('a', () => ends.forEach((end) => end()));
    ends.push(hub.bus.listen('a', () => calls.push('removed')));
    ends.push(hub.bus.listen(MATCH_ALL, () => calls.push('removed, of all types')));
    hub.bus.listen('a', () => calls.push('stays'));
    hub.bus.fire('a');
    expect(calls).toEqual(['stays']);
  });

  it('are not called any more once removed between fire and delivery of a queued event', () => {
    const hub = createTestHub();
    const calls: string[] = [];
    hub.bus.listen('a', () => hub.bus.fire('b'));
    hub.bus.listen('a', () => {
      end();
      subscription.unsubscribe();
    });
    const end = hub.bus.listen('b', () => calls.push('listener'));
    const subscription = hub.bus.on('b').subscribe(() => calls.push('subscriber'));
    hub.bus.listen('b', () => calls.push('stays'));
    hub.bus.fire('a');
    expect(calls).toEqual(['stays']);
  });

  it('do not get the current event when they were added during it', () => {
    const hub = createTestHub();
    const calls: string[] = [];
    hub.bus.listenOnce('a', () => {
      hub.bus.listen('a', () => calls.push('listener'));
      hub.bus.listen(MATCH_ALL, () => calls.push('of all types'));
      hub.bus.on('a').subscribe(() => calls.push('subscriber'));
    });
    hub.bus.fire('a');
    expect(calls).toEqual([]);
    hub.bus.fire('a');
    expect(calls).toEqual(['listener', 'of all types', 'subscriber']);
  });

  it('do not get a queued event that was fired before they were added', () => {
    const hub = createTestHub();
    const calls: string[] = [];
    hub.bus.listen('b', () => calls.push('was there'));
    hub.bus.listenOnce('a', () => {
      hub.bus.fire('b', { n: 1 });
      hub.bus.listen('b', ({ data }) => calls.push(`added, hears ${String(data['n'])}`));
      hub.bus.listen(MATCH_ALL, ({ data }) => calls.push(`all, hears ${String(data['n'])}`));
      hub.bus.fire('b', { n: 2 });
    });
    hub.bus.fire('a');
    expect(calls).toEqual(['was there', 'was there', 'added, hears 2', 'all, hears 2']);
  });

  it('hear an event that was fired after they were added, although nobody listened before', () => {
    const hub = createTestHub();
    const calls: unknown[] = [];
    hub.bus.listen('a', () => {
      hub.bus.fire('b', { n: 1 });
      hub.bus.listenOnce('b', ({ data }) => calls.push(data['n']));
      hub.bus.fire('b', { n: 2 });
    });
    hub.bus.fire('a');
    expect(calls).toEqual([2]);
  });

  it('may remove themselves, and each other, in the midst of many', () => {
    const hub = createTestHub();
    const calls: number[] = [];
    const ends: Unsubscribe[] = [];
    for (let i = 0; i < 200; i++)
      ends.push(
        hub.bus.listen('a', () => {
          calls.push(i);
          ends[i]!();
          ends[199 - i]!();
        }),
      );
    hub.bus.fire('a');
    expect(calls).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(hub.bus.listenerCounts()).toEqual({});
    hub.bus.fire('a');
    expect(calls).toHaveLength(100);
  });

  it('replace each other without a gap: remove and add in one listener', () => {
    const hub = createTestHub();
    const calls: string[] = [];
    const replace = (name: string): Unsubscribe =>
      hub.bus.listen('a', () => {
        calls.push(name);
        end();
        end = replace(`${name}'`);
      });
    let end = replace('x');
    hub.bus.fire('a');
    hub.bus.fire('a');
    hub.bus.fire('a');
    expect(calls).toEqual(['x', "x'", "x''"]);
  });

  it('keep all others called when the only listener of a type removes itself', () => {
    const hub = createTestHub();
    const calls: string[] = [];
    hub.bus.listenOnce('a', () => hub.bus.fire('a', { again: true }));
    hub.bus.listen(MATCH_ALL, ({ type, data }) => calls.push(`${type} ${JSON.stringify(data)}`));
    hub.bus.fire('a');
    expect(calls).toEqual(['a {}', 'a {"again":true}']);
    expect(hub.bus.listenerCounts()).toEqual({ '*': 1 });
  });
});
