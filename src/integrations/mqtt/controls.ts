import type { Entities, PlatformEntity } from 'rxhome';
import { lightOn, type LightOn, switchAll, turnOff, type TurnOff } from './control-schemas.js';

/** An entity that can be told to be on or off. */
export interface Controlled extends PlatformEntity {
  /** `null`: not known. */
  readonly isOn: boolean | null;
  turnOn(wishes: LightOn): Promise<void>;
  turnOff(wishes: TurnOff): Promise<void>;
}

const SCHEMAS = {
  light: { on: lightOn, off: turnOff },
  switch: { on: switchAll, off: switchAll },
};

/** Whether things of a kind can be controlled. */
function isControlled(domain: string): domain is keyof typeof SCHEMAS {
  return domain in SCHEMAS;
}

/** The entities of a platform obey `turn_on`, `turn_off` and `toggle`, if they are of such a kind. */
export function offerControls({ domain, registerEntityService }: Entities): void {
  if (!isControlled(domain)) return;
  const { on, off } = SCHEMAS[domain];
  registerEntityService('turn_on', { schema: on }, (entity: Controlled, wishes) =>
    entity.turnOn(wishes),
  );
  registerEntityService('turn_off', { schema: off }, (entity: Controlled, wishes) =>
    entity.turnOff(wishes),
  );
  registerEntityService('toggle', { schema: on }, (entity: Controlled, wishes) =>
    entity.isOn ? entity.turnOff(wishes) : entity.turnOn(wishes),
  );
}
