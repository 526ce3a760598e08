import { firing } from './subjects/firing.js';

export default firing(1);
