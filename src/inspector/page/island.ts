import { effect } from './signals.js';
import { type ComponentChild, render } from 'preact';

/**
 * A part of the page that is drawn anew, whole, whenever a signal that it has read changes. What it
 * remembers stands in signals outside of it. Returns the end of it.
 */
export function island(place: Element, draw: () => ComponentChild): () => void {
  return effect(() => render(draw(), place));
}
