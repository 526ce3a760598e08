import { afterEach, expect } from 'vitest';
import { type HubMatchers, installMatchers } from './matchers.js';
import { closeAfterEach } from './open-hubs.js';

declare module 'vitest' {
  interface Matchers<T> extends HubMatchers<T extends never ? T : void> {}
}

installMatchers(expect);
closeAfterEach(afterEach);
