import { gathering } from './gathering.js';

export default gathering(10_000);
