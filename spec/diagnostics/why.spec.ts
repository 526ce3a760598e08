import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BusEvent, Context, sleep } from 'rxhome';
import { runAction } from 'rxhome/operators';
import { createTestHub, type TestHub } from 'rxhome/testing';

let hub: TestHub;
beforeEach(() => {
  hub = createTestHub({ causeLogSize: 20 });
});
afterEach(() => hub.stop());

const types = (subject: string): string[] =>
  hub.why(subject).steps.map(({ type, entityId }) => entityId ?? type);

describe('hub.why', () => {
  it('goes from a state back to the first cause, over listeners, tasks, timers and actions', async () => {
    hub.bus.listen('pressed', async () => {
      await sleep(10);
      hub.bus.fire('scene_chosen');
    });
    hub.bus.listen('scene_chosen', () => {
      void hub.createTask(async () => {
        await sleep(10);
        hub.states.set('scene.evening', 'on');
      });
    });
    hub.states
      .changes('scene.evening')
      .pipe(runAction(() => sleep(10).then(() => hub.states.set('light.hall', 'on'))))
      .subscribe();
    hub.bus.fire('pressed');
    await hub.advance('1s');
    const why = hub.why('light.hall');
    expect(types('light.hall')).toEqual(['pressed', 'scene_chosen', 'scene.evening', 'light.hall']);
    expect(why).toMatchObject({ isComplete: true, cutBecause: null });
    expect(why.sentence).toBe(
      'light.hall became on at 00:00:00, because scene.evening became on at 00:00:00, ' +
        'because scene_chosen was fired at 00:00:00, because pressed was fired at 00:00:00.',
    );
  });

  it('names the owner of each step, and the user behind the first', () => {
    const mine = hub.scoped(hub.scope.child('hall automation'));
    mine.bus.listen('pressed', () => mine.states.set('light.hall', 'on'));
    hub.bus.fire('pressed', {}, { context: new Context({ userId: 'eva' }) });
    const why = hub.why('light.hall');
    expect(why.sentence).toContain('because user eva wanted it');
    // Nobody listens to the light, so that write made no event.
    expect(why.steps.map(({ owner }) => owner)).toEqual(['hub', null]);
  });

  it('knows who has turned it on, also after a poll has found it on', async () => {
    hub.bus.listen('pressed', () => hub.states.set('light.hall', 'on'));
    hub.bus.fire('pressed');
    const before = hub.why('light.hall');
    await hub.advance('30s');
    hub.states.set('light.hall', 'on');
    expect(hub.why('light.hall')).toEqual(before);
    expect(before.steps).toHaveLength(2);
  });

  it('tells what has removed an entity that is not there any more', () => {
    const removed: BusEvent[] = [];
    hub.bus.listen('unplugged', () => hub.states.remove('light.hall'));
    hub.bus.listen('state_changed', (event) => void removed.push(event));
    hub.states.set('light.hall', 'on');
    hub.bus.fire('unplugged');
    const why = hub.why('light.hall');
    expect(why.isComplete).toBe(true);
    expect(types('light.hall')).toEqual(['unplugged', 'light.hall']);
    expect(why.sentence).toMatch(/^light\.hall was removed at \S+ because unplugged was fired/);
    expect(hub.why('light.stairs').steps).toEqual([]);
  });

  it('answers for a context too', () => {
    const events: BusEvent[] = [];
    hub.bus.listen('a', () => hub.bus.fire('b'));
    hub.bus.listen('b', (event) => void events.push(event));
    hub.bus.fire('a');
    expect(types(events[0]?.context.id ?? '')).toEqual(['a', 'b']);
  });

  it('says why a chain is cut: its cause is older than what is remembered', async () => {
    hub.bus.listen('pressed', () => hub.bus.fire('scene_chosen'));
    hub.bus.listen('scene_chosen', async () => {
      await sleep(1000);
      hub.states.set('light.hall', 'on');
    });
    hub.bus.listen('noise', () => hub.bus.fire('echo'));
    hub.bus.listen('echo', () => undefined);
    hub.bus.fire('pressed');
    for (let i = 0; i < 20; i++) hub.bus.fire('noise');
    await hub.advance('2s');
    const why = hub.why('light.hall');
    expect(why.isComplete).toBe(false);
    expect(why.cutBecause).toMatch(/^Its cause [0-9A-Z]{26} is not among the last 20 events\.$/);
  });

  it('says why a chain is cut: its cause was no event of this hub', () => {
    const parentId = new Context().id;
    hub.states.set('light.hall', 'on', {}, { context: new Context({ parentId }) });
    expect(hub.why('light.hall').cutBecause).toBe(
      `Its cause ${parentId} was no event of this hub.`,
    );
  });

  it('says so when it knows nothing', () => {
    expect(hub.why('light.unknown')).toMatchObject({
      steps: [],
      isComplete: false,
      sentence: 'Nothing is known of `light.unknown`.',
    });
  });
});
