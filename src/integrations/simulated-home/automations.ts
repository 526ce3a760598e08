import { filter } from 'rxjs';
import { type Entity, type Hub, sleep, type StateChange, trackState } from 'rxhome';
import { runAction } from 'rxhome/operators';
import type { Furnishing, Room } from './furnishing.js';

const MINUTE = 60_000;
const DARK_AFTER = 3 * MINUTE;
const DONE_AFTER = 2 * MINUTE;
const COLD = 20.3;
const WARM = 21.2;
const CHIME_MS = 300;

/** How many of our milliseconds something takes that takes so many in the flat. */
type Scaled = (flatMs: number) => number;

/** What a home like this does by itself, as one would write it by hand. */
export function beginAutomations(hub: Hub, things: Furnishing, scaled: Scaled): void {
  for (const room of things.rooms) lightTheWay(hub, room, things.sun, scaled);
  ringTheChime(hub, things.door);
  keepWarm(hub, things);
  tellOfWashing(hub, things.washing, scaled);
}

/** Light while somebody moves in the dark, and a little longer. */
function lightTheWay(hub: Hub, { name, motion, light }: Room, sun: Entity, scaled: Scaled): void {
  const target = { entityId: idOf(light) };
  const comes = async (): Promise<void> => {
    if (hub.states.is(idOf(sun), 'above_horizon') || light.isOn) return;
    await hub.services.call('light', 'turn_on', { brightness_pct: 70 }, { target });
  };
  const goes = async (): Promise<void> => {
    if (light.isOn) await hub.services.call('light', 'turn_off', {}, { target });
  };
  trackState(hub, idOf(motion), comes, { to: 'on', name: `light in the ${name}` });
  trackState(hub, idOf(motion), goes, {
    to: 'off',
    forMs: scaled(DARK_AFTER),
    name: `dark in the ${name}`,
  });
}

function ringTheChime(hub: Hub, door: Entity): void {
  const ring = (): unknown =>
    hub.createTask(
      async (signal) => {
        await sleep(CHIME_MS, { signal });
        hub.bus.fire('simulated_chime', { door: idOf(door) });
      },
      { name: 'ring the chime' },
    );
  trackState(hub, idOf(door), ring, { to: 'on', name: 'front door' });
}

/** A thermostat: heats from too cold to warm enough. */
function keepWarm(hub: Hub, { temperature, heating }: Furnishing): void {
  const target = { entityId: idOf(heating) };
  const isCold = ({ data }: StateChange): boolean => Number(data.newState?.state) < COLD;
  const isWarm = ({ data }: StateChange): boolean => Number(data.newState?.state) > WARM;
  hub.states
    .changes(idOf(temperature))
    .pipe(
      filter((change) => (heating.isOn ? isWarm(change) : isCold(change))),
      runAction(
        () => hub.services.call('switch', heating.isOn ? 'turn_off' : 'turn_on', {}, { target }),
        { name: 'thermostat', mode: 'queued' },
      ),
    )
    .subscribe();
}

function tellOfWashing(hub: Hub, washing: Entity, scaled: Scaled): void {
  const tell = (): void => hub.bus.fire('simulated_washing_done', { machine: idOf(washing) });
  trackState(hub, idOf(washing), tell, {
    from: 'on',
    to: 'off',
    forMs: scaled(DONE_AFTER),
    name: 'washing done',
  });
}

/** They are added before anything begins. */
function idOf({ entityId = '' }: Entity): string {
  return entityId;
}
