import { describe, expect, it } from '@jest/globals';
import type { State } from 'rxhome';
import { createTestHub, expectNoLeaks, marbles } from 'rxhome/testing';
import { map, take } from 'rxjs';

describe('changes', () => {
  it.each([
    ['of one entity', 'light.a', ['light.a']],
    ['of several', ['light.a', 'sun.sun', 'light.a'], ['light.a', 'sun.sun']],
    ['of a domain', { domain: 'light' }, ['light.a', 'light.b']],
    [
      'that match',
      ({ data }: { data: { entityId: string } }) => data.entityId.endsWith('b'),
      ['light.b'],
    ],
    ['of all', undefined, ['light.a', 'light.b', 'sun.sun']],
    ['of none', [], []],
  ] as [string, never, string[]][])(
    '%s are told once each, with removals and not reports',
    (_, selector, expected) => {
      const hub = createTestHub();
      const seen: string[] = [];
      hub.states.changes(selector).subscribe(({ data }) => {
        seen.push(`${data.newState ? '' : '-'}${data.entityId}`);
      });
      for (const id of ['light.a', 'light.b', 'sun.sun']) hub.states.set(id, 'on');
      expect(seen).toEqual(expected);
      for (const id of ['light.a', 'light.b', 'sun.sun']) hub.states.set(id, 'on');
      expect(seen).toEqual(expected);
      for (const id of ['light.a', 'light.b', 'sun.sun']) hub.states.remove(id);
      expect(seen).toEqual([...expected, ...expected.map((id) => `-${id}`)]);
    },
  );

  it('of one entity cost nothing when another changes: nobody is visited', () => {
    const hub = createTestHub();
    let visits = 0;
    for (let i = 0; i < 1_000; i++)
      hub.states
        .changes(`light.nr_${i}`)
        .pipe(map(() => visits++))
        .subscribe();
    hub.states.changes({ domain: 'sun' }).subscribe(() => visits++);
    hub.bus.on('a', () => visits++).subscribe();
    hub.states.set('light.other', 'on');
    expect(visits).toBe(0);
    hub.states.set('light.nr_7', 'on');
    expect(visits).toBe(1);
  });

  it('with a predicate ask it for every change', () => {
    const hub = createTestHub();
    let asked = 0;
    hub.states.changes(() => asked++ < 0).subscribe();
    hub.states.set('light.a', 1);
    hub.states.set('sun.sun', 1);
    expect(asked).toBe(2);
  });

  it('show a late subscriber nothing of the past', () =>
    marbles(({ hub, at, expectObservable }) => {
      at(1, () => hub.states.set('light.a', 1));
      at(3, () => hub.states.set('light.a', 2));
      const texts = hub.states.changes('light.a').pipe(map(({ data }) => data.newState!.state));
      expectObservable(texts).toBe('      -1-2');
      expectObservable(texts, '--^').toBe('---2');
    }));

  it('end with their subscription: no channel of an entity is kept', () => {
    const hub = createTestHub();
    for (let i = 0; i < 100; i++) {
      hub.states.changes(`light.nr_${i}`).subscribe().unsubscribe();
      hub.states.watch(`light.nr_${i}`).pipe(take(1)).subscribe();
    }
    expectNoLeaks(hub);
    expect(hub.scope.size).toBe(createTestHub().scope.size);
  });

  it('of none complete when the hub has stopped, as every stream does', async () => {
    const hub = createTestHub();
    let isComplete = false;
    hub.states.changes([]).subscribe({ complete: () => (isComplete = true) });
    await hub.stop();
    expect(isComplete).toBe(true);
  });
});

describe('watch', () => {
  it('begins with what is now, then gives every change, and undefined while there is none', () =>
    marbles(({ hub, at, expectObservable }) => {
      const texts = hub.states
        .watch('light.a')
        .pipe(map((state: State | undefined) => state?.state ?? '-'));
      at(1, () => hub.states.set('light.a', 'on'));
      at(2, () => hub.states.set('light.a', 'on')); // a report is no change
      at(3, () => hub.states.set('light.a', 'off'));
      at(4, () => hub.states.set('light.b', 'on'));
      at(5, () => hub.states.remove('light.a'));
      const values = { u: '-', a: 'on', b: 'off' };
      expectObservable(texts).toBe('       ua-b-u', values);
      expectObservable(texts, '--^').toBe('--ab-u'.replace('ab', 'ab'), values);
    }));

  it('misses no change that its own first value leads to', () => {
    const hub = createTestHub();
    const seen: (string | undefined)[] = [];
    hub.states.watch('light.a').subscribe((state) => {
      seen.push(state?.state);
      if (state === undefined) hub.states.set('light.a', 1);
      if (state?.state === '1') hub.states.set('light.a', 2);
    });
    expect(seen).toEqual([undefined, '1', '2']);
  });

  it('inside a listener gives what is now once: what was fired before is not told again', () => {
    const hub = createTestHub();
    const seen: (string | undefined)[] = [];
    hub.bus.listenOnce('a', () => {
      hub.states.set('light.a', 1);
      hub.states.watch('light.a').subscribe((state) => seen.push(state?.state));
      expect(seen).toEqual(['1']);
      hub.states.set('light.a', 2);
    });
    hub.bus.listen('state_changed', () => undefined);
    hub.bus.fire('a');
    expect(seen).toEqual(['1', '2']);
  });

  it('begins anew for every subscriber, and ends for each on its own', () => {
    const hub = createTestHub();
    const watch = hub.states.watch('light.a').pipe(map((state) => state?.state));
    const [first, second]: unknown[][] = [[], []];
    const subscription = watch.subscribe((text) => first!.push(text));
    hub.states.set('light.a', 1);
    watch.subscribe((text) => second!.push(text));
    subscription.unsubscribe();
    hub.states.set('light.a', 2);
    expect([first, second]).toEqual([
      [undefined, '1'],
      ['1', '2'],
    ]);
  });

  it('ends within its first value: `take(1)`, and a subscriber that throws', () => {
    const hub = createTestHub();
    hub.states.watch('light.a').pipe(take(1)).subscribe();
    expectNoLeaks(hub);
    hub.states.watch('light.a').subscribe(() => {
      throw new Error('oops');
    });
    hub.states.set('light.a', 1);
    expect(hub.errors).toHaveLength(2);
  });
});
