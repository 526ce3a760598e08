import { isEntityId } from 'rxhome';
import { z } from 'zod';

/** What options of triggers, conditions and actions are made of. */

const idError = 'expected an entity id like `light.hall`';
export const entityId = z.string({ error: idError }).refine(isEntityId, { error: idError });

const idsError = 'expected an entity id like `light.hall`, or a list of them';
export const entityIds = z.union([entityId, z.array(entityId).min(1)], { error: idsError });

const wordError = 'expected a text, a number or true or false';
const word = z.union([z.string(), z.number(), z.boolean(), z.null()], { error: wordError });

const wordsError = `${wordError}, or a list of them`;
export const words = z.union([word, z.array(word).min(1)], { error: wordsError });

export const attribute = text('the name of an attribute');

export const record = z.record(z.string(), z.unknown(), { error: 'expected a map' });

export const switched = z.boolean({ error: 'expected true or false' });

/** From 0 up; in the options as seconds. */
export const seconds = number('seconds from 0 up').min(0, { error: 'expected seconds from 0 up' });

export function text(what: string): z.ZodString {
  return z.string({ error: `expected ${what}` }).min(1, { error: `expected ${what}` });
}

export function number(what: string): z.ZodNumber {
  return z.number({ error: `expected ${what}` });
}
