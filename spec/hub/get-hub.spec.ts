import { describe, expect, it } from '@jest/globals';
import { getHub, type Hub, NoHubError, sleep } from 'rxhome';
import { createTestHub } from 'rxhome/testing';

function home() {
  const hub = createTestHub();
  const mine = hub.scoped(hub.scope.child('lamp'));
  const found: Hub[] = [];
  return { hub, mine, found, look: (): number => found.push(getHub()) };
}

describe('getHub', () => {
  it('is the hub of the owner whose code runs: in listeners, subscribers, tasks and jobs', () => {
    const { hub, mine, found, look } = home();
    mine.bus.listen('e', look);
    mine.bus.on('e').subscribe(look);
    hub.bus.fire('e');
    mine.createTask(look);
    mine.createBackgroundTask(look, { name: 'poll' });
    void mine.runJob(look);
    expect(found).toEqual(Array(5).fill(mine));
  });

  it('stays that after an await', async () => {
    const { hub, mine, found, look } = home();
    const later = async (): Promise<void> => {
      await sleep(10);
      look();
    };
    mine.createTask(later);
    void mine.runJob(later);
    mine.bus.listen('e', later);
    hub.bus.fire('e');
    await hub.advance('1s');
    expect(found).toEqual([mine, mine, mine]);
  });

  it('is each one its own, of several hubs', () => {
    const [one, two] = [createTestHub(), createTestHub()];
    const found: Hub[] = [];
    one.bus.listen('e', () => {
      two.createTask(() => found.push(getHub()));
      found.push(getHub());
    });
    one.bus.fire('e');
    expect(found[0]).toBe(two);
    expect(found[1]).toBe(one);
  });

  it('is an error where no code of a hub runs', async () => {
    const { hub, look } = home();
    expect(look).toThrow(NoHubError);
    hub.createTask(async () => sleep(10));
    expect(look).toThrow(NoHubError);
    await hub.advance('1s');
    expect(look).toThrow(NoHubError);
  });
});
