import { z } from 'zod';
import { action } from './action-options.js';
import { condition } from './condition-options.js';
import { trigger } from './trigger-options.js';

const MODES = ['single', 'restart', 'queued', 'parallel'] as const;
const maxError = 'expected a whole number from 1 up';

/** The options of `automation`, as they stand in the configuration. */
export const automationOptions = z.strictObject({
  /** One of them begins a run … */
  triggers: z
    .array(trigger, { error: 'expected a list of triggers' })
    .min(1, { error: 'expected at least one trigger' }),
  /** … if all of these are met then … */
  conditions: z.array(condition, { error: 'expected a list of conditions' }).default([]),
  /** … which does these, one after the other. */
  actions: z
    .array(action, { error: 'expected a list of actions' })
    .min(1, { error: 'expected at least one action' }),
  /** What happens to a trigger that comes while a run goes on: as for `runAction`. */
  mode: z.enum(MODES, { error: `expected one of ${MODES.join(', ')}` }).default('single'),
  /** Runs at most, those that wait included; for `queued` and `parallel`. */
  max: z.int({ error: maxError }).min(1, { error: maxError }).default(10),
});

export type AutomationOptions = z.output<typeof automationOptions>;
