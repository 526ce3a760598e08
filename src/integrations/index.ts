import type { Integration } from 'rxhome';
import { automation } from './automation/automation.js';
import { fileHasher } from './file-hasher/file-hasher.js';
import { folderWatcher } from './folder-watcher/folder-watcher.js';
import { house } from './house/house.js';
import { mqtt } from './mqtt/mqtt.js';
import { simulatedHome } from './simulated-home/simulated-home.js';
import { sun } from './sun/sun.js';
import { systemMonitor } from './system-monitor/system-monitor.js';
import { time } from './time/time.js';

export { systemMonitor } from './system-monitor/system-monitor.js';
export type { SystemMonitorOptions } from './system-monitor/options.js';
export { folderWatcher } from './folder-watcher/folder-watcher.js';
export type { FolderWatcherOptions } from './folder-watcher/options.js';
export type { FolderWatcherRuntime } from './folder-watcher/folder-watcher.js';
export type { FolderWatcherEvent } from './folder-watcher/event.js';
export { fileHasher } from './file-hasher/file-hasher.js';
export { mqtt } from './mqtt/mqtt.js';
export type { MqttOptions } from './mqtt/options.js';
export type { MqttRuntime } from './mqtt/runtime.js';
export type { MqttMessage, Qos, Sending } from './mqtt/message.js';
export * from './mqtt/errors.js';
export { sun } from './sun/sun.js';
export type { SunIntegrationOptions } from './sun/options.js';
export { time } from './time/time.js';
export type { TimeOptions } from './time/options.js';
export { automation } from './automation/automation.js';
export type { AutomationOptions } from './automation/options.js';
export type { AutomationBlocked, AutomationTriggered } from './automation/event.js';
export { house } from './house/house.js';
export type { HouseOptions } from './house/options.js';
export { simulatedHome } from './simulated-home/simulated-home.js';
export type { SimulatedHomeOptions } from './simulated-home/options.js';

/** Every integration that comes with rxhome; `rxhome start` knows these. */
export const builtInIntegrations: readonly Integration[] = [
  systemMonitor,
  folderWatcher,
  fileHasher,
  sun,
  time,
  automation,
  mqtt,
  house,
  simulatedHome,
];
