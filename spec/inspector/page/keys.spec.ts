import { describe, expect, it } from '@jest/globals';
import { type Command, commandOf, type Key, type Place } from '../../../src/inspector/page/keys.js';
import { HELP } from '../../../src/inspector/page/help-lines.js';

const press = (key: string, place: Place = 'page', more: Partial<Key> = {}): Command | null =>
  commandOf({ key, ctrlKey: false, metaKey: false, altKey: false, ...more }, place, ['b']);

describe('keys of the page', () => {
  it.each([
    [' ', { do: 'hold' }],
    ['Escape', { do: 'back' }],
    ['/', { do: 'filter' }],
    ['?', { do: 'help' }],
    ['Enter', { do: 'select' }],
    ['c', { do: 'copy' }],
    ['z', { do: 'zoom-to-chain' }],
    ['[', { do: 'chain', by: -1 }],
    [']', { do: 'chain', by: 1 }],
    ['+', { do: 'zoom', by: 1 }],
    ['=', { do: 'zoom', by: 1 }],
    ['-', { do: 'zoom', by: -1 }],
    ['ArrowLeft', { do: 'row', by: -1 }],
    ['ArrowRight', { do: 'row', by: 1 }],
    ['ArrowUp', { do: 'lane', by: -1 }],
    ['ArrowDown', { do: 'lane', by: 1 }],
    ['1', { do: 'tab', tab: 'events' }],
    ['6', { do: 'tab', tab: 'errors' }],
    ['b', { do: 'button', key: 'b' }],
  ])('%s does %j', (key, command) => {
    expect(press(key)).toEqual(command);
  });

  it.each(['0', '7', 'x', 'Tab', 'F5', 'constructor', 'toString', '10'])(
    'leaves %s to the browser',
    (key) => {
      expect(press(key)).toBeNull();
    },
  );

  it('leaves combinations to the browser: ctrl+c copies what is marked', () => {
    expect(press('c', 'page', { ctrlKey: true })).toBeNull();
    expect(press('c', 'page', { metaKey: true })).toBeNull();
    expect(press('b', 'page', { altKey: true })).toBeNull();
  });

  it('in a text only Esc is a command', () => {
    expect(['b', 'c', ' ', '/', '1', 'ArrowLeft'].map((key) => press(key, 'text'))).toEqual(
      Array(6).fill(null),
    );
    expect(press('Escape', 'text')).toEqual({ do: 'back' });
  });

  it('on a button space presses that button, and arrows are its own', () => {
    expect([' ', 'ArrowLeft', 'ArrowDown', 'Enter'].map((key) => press(key, 'control'))).toEqual(
      Array(4).fill(null),
    );
    expect(press('z', 'control')).toEqual({ do: 'zoom-to-chain' });
  });

  it('a dialog has all keys for itself', () => {
    expect(['Escape', ' ', 'b', '?'].map((key) => press(key, 'dialog'))).toEqual(
      Array(4).fill(null),
    );
  });

  it('a button of the hub cannot take a key that the page needs', () => {
    const key: Key = { key: 'z', ctrlKey: false, metaKey: false, altKey: false };
    expect(commandOf(key, 'page', ['z'])).toEqual({ do: 'zoom-to-chain' });
  });

  it('the help names every command', () => {
    const said = HELP.flatMap(([keys]) => keys);
    expect(said).toEqual(
      expect.arrayContaining(['space', 'Esc', '/', '[', ']', 'z', 'c', '?', '+']),
    );
  });
});
