import { type Entities, Entity, type EntityState } from 'rxhome';
import { z } from 'zod';
import { DimmableLight } from '../lights/dimmable-light.js';

const SIMULATED = { simulated: true };

/** What an entity is beside its state. */
export interface Facts {
  readonly device_class?: string;
  readonly unit_of_measurement?: string;
}

/** Something in the flat: it says of itself that it is not real. */
export class Simulated extends Entity {
  override readonly name: string;
  override readonly uniqueId: string;
  override readonly shouldPoll = false;
  readonly #facts: Facts;
  readonly #read: () => EntityState;
  #shown: EntityState;

  /** `read` tells its state from what the flat is now. */
  constructor(name: string, read: () => EntityState, facts: Facts = {}) {
    super();
    this.name = name;
    this.uniqueId = name;
    this.#facts = facts;
    this.#read = read;
    this.#shown = read();
  }

  override get state(): EntityState {
    return this.#shown;
  }

  override get attributes(): Readonly<Record<string, unknown>> {
    return { ...this.#facts, ...SIMULATED };
  }

  /** Looks at the flat; writes only what has changed. */
  look(): void {
    const now = this.#read();
    if (now === this.#shown) return;
    this.#shown = now;
    this.writeState();
  }
}

/** A lamp in a room. */
export class SimulatedLight extends DimmableLight {
  override readonly name: string;
  override readonly uniqueId: string;

  constructor(name: string) {
    super();
    this.name = name;
    this.uniqueId = name;
  }

  override get attributes(): Readonly<Record<string, unknown>> {
    return { ...super.attributes, ...SIMULATED };
  }
}

/** The heating: it heats while it is on. */
export class Heating extends Entity {
  override readonly name = 'Heating';
  override readonly uniqueId = 'heating';
  override readonly shouldPoll = false;
  override readonly attributes = SIMULATED;
  isOn = false;

  override get state(): string {
    return this.isOn ? 'on' : 'off';
  }

  turn(isOn: boolean): void {
    this.isOn = isOn;
    this.writeState();
  }
}

/** The heating obeys `switch.turn_on`, `turn_off` and `toggle`. */
export function offerHeating({ registerEntityService }: Entities): void {
  const options = { schema: z.strictObject({}) };
  registerEntityService('turn_on', options, (heating: Heating) => heating.turn(true));
  registerEntityService('turn_off', options, (heating: Heating) => heating.turn(false));
  registerEntityService('toggle', options, (heating: Heating) => heating.turn(!heating.isOn));
}
