import { gathering } from './subjects/gathering.js';

export default gathering(10_000);
