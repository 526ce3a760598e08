import { type BusEvent, type ConfigEntry, defineIntegration } from 'rxhome';
import { runAction } from 'rxhome/operators';
import { runActions } from './actions.js';
import { firstUnmet } from './condition-words.js';
import type { AutomationTriggered } from './event.js';
import { type AutomationOptions, automationOptions } from './options.js';
import { listenTo, wordsOf } from './triggers.js';

/**
 * An automation without code: when one of its triggers comes and its conditions are met, it does
 * its actions, as a task. A run is caused by its trigger: by way of the event
 * `automation_triggered`, which is fired also when `mode` then drops the run; if a condition is not
 * met, `automation_blocked` says which. An action that fails ends that run; unloading ends all.
 * `for_seconds` of a trigger outlives a restart.
 */
export const automation = defineIntegration<AutomationOptions>({
  domain: 'automation',
  configSchema: automationOptions,

  setupEntry(hub, entry) {
    const { title, data } = entry;
    const { triggers, conditions, actions, mode, max } = data;
    const mine = new WeakSet<object>();
    hub.bus
      .on('automation_triggered', (event) => mine.has(event.data))
      .pipe(
        runAction<BusEvent, void>((_event, signal) => runActions(hub, title, actions, signal), {
          name: title,
          mode,
          max,
        }),
      )
      .subscribe();
    const keys = keysOf(entry);
    for (const [index, trigger] of triggers.entries()) {
      const source = wordsOf(trigger);
      const run = (): void => {
        const triggered: AutomationTriggered = { name: title, source };
        const unmet = firstUnmet(hub, conditions);
        if (unmet) {
          hub.bus.fire('automation_blocked', { ...triggered, ...unmet });
          return;
        }
        mine.add(triggered);
        hub.bus.fire('automation_triggered', triggered);
      };
      listenTo(hub, trigger, { key: keys[index] ?? '', name: source, run });
    }
  },
});

/** What a trigger is found again by after a restart: what it is, not where it stands. */
function keysOf({ entryId, data }: ConfigEntry<AutomationOptions>): string[] {
  const words = data.triggers.map((trigger) => `${entryId} ${JSON.stringify(trigger)}`);
  return words.map((key, index) => {
    const same = words.slice(0, index).filter((other) => other === key).length;
    return same === 0 ? key : `${key} ${same + 1}`;
  });
}
