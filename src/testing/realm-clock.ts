import { VirtualTimeInUseError } from './testing-errors.js';

/** A clock, as far as others need to know it. */
export interface NamedClock {
  readonly name: string;
}

// Every copy of this module that is loaded in a realm has to find the one clock.
const INSTALLED = Symbol.for('rxhome.VirtualClock');
const realm = globalThis as { [INSTALLED]?: NamedClock };

/** @throws VirtualTimeInUseError while time is virtual in this realm already. */
export function refuseSecondClock(): void {
  const other = realm[INSTALLED]?.name;
  if (other !== undefined)
    throw new VirtualTimeInUseError(
      `Virtual time is already in use by \`${other}\`: uninstall it first, or await that test.`,
    );
  // The mark that the fake timers of jest, vitest and sinon leave on what they replace.
  if ('clock' in globalThis.setTimeout)
    throw new VirtualTimeInUseError(
      'The fake timers of the test runner are in use: virtual time replaces them, so leave them off.',
    );
}

/** Makes `clock` the one of this realm; the returned function ends that. */
export function claimRealm(clock: NamedClock): () => void {
  realm[INSTALLED] = clock;
  return () => {
    if (realm[INSTALLED] === clock) delete realm[INSTALLED];
  };
}
