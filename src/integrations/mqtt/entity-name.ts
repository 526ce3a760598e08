import { type Hub, slugify } from 'rxhome';
import type { Component, CommonConfig } from './discovery-schema.js';

const WORDS: Readonly<Record<Component, string>> = {
  sensor: 'Sensor',
  binary_sensor: 'Binary sensor',
  switch: 'Switch',
  light: 'Light',
};

/**
 * How an entity is called: its device, then itself. `name: null` says that it is what the device is
 * for; without a name the device class is one.
 */
export function friendlyName(component: Component, config: CommonConfig): string {
  const device = config.device?.name;
  const own = config.name === undefined ? nameOfClass(component, config) : config.name;
  if (own === null) return device ?? WORDS[component];
  return device == null ? own : `${device} ${own}`;
}

function nameOfClass(component: Component, { device_class: name }: CommonConfig): string {
  if (!name) return `MQTT ${WORDS[component].toLowerCase()}`;
  const words = name.replaceAll('_', ' ');
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

/** The entity id that it wishes for, with a number if that is taken; `undefined`: it has no wish. */
export function wishedEntityId(
  hub: Hub,
  component: Component,
  { default_entity_id: id, object_id: objectId }: CommonConfig,
): string | undefined {
  const wish = id === undefined ? objectId : id.slice(id.indexOf('.') + 1);
  if (wish === undefined) return undefined;
  const wanted = `${component}.${slugify(wish)}`;
  let entityId = wanted;
  for (let n = 2; !hub.states.available(entityId); n++) entityId = `${wanted}_${n}`;
  return entityId;
}
