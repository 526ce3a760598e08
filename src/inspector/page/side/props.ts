import type { Actions } from '../actions.js';
import type { App } from '../app.js';

/** What the parts of the panel are given. */
export interface Props {
  readonly app: App;
  readonly actions: Actions;
}
