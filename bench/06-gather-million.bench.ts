import { gathering } from './subjects/gathering.js';

/** The same as `06-gather`, a hundred times as many: what grows faster than that shows here. */
export default gathering(1_000_000);
