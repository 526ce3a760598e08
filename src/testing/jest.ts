import { afterEach, expect } from '@jest/globals';
import { type HubMatchers, installMatchers } from './matchers.js';
import { closeAfterEach } from './open-hubs.js';

declare module 'expect' {
  interface Matchers<R extends void | Promise<void>> extends HubMatchers<R> {}
}

installMatchers(expect);
closeAfterEach(afterEach);
