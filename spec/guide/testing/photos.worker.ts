import { createHash } from 'node:crypto';

export function fingerprint(photo: string): string {
  return createHash('sha256').update(photo).digest('hex').slice(0, 8);
}
