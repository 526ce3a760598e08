import { describe, expect, it } from '@jest/globals';
import { ServerSentEvents } from '../../src/cli/server-sent.js';

describe('ServerSentEvents', () => {
  it('puts together what comes in pieces, whatever the pieces are', () => {
    const text =
      'id: a:1\nevent: rows\ndata: [1]\n\n: comment\n\nevent:stat\ndata: {\ndata:  }\n\n';
    const whole = [
      { event: 'rows', data: '[1]', id: 'a:1' },
      { event: 'stat', data: '{\n }', id: 'a:1' },
    ];
    for (let size = 1; size <= text.length; size++) {
      const events = new ServerSentEvents();
      const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, i) =>
        text.slice(i * size, (i + 1) * size),
      );
      expect(pieces.flatMap((piece) => events.add(piece))).toEqual(whole);
    }
  });

  it('takes line ends of both kinds, and fields without a value', () => {
    expect(new ServerSentEvents().add('data\r\ndata: x\r\n\r\n')).toEqual([
      { event: 'message', data: '\nx', id: '' },
    ]);
  });

  it('keeps what is not complete for itself', () => {
    expect(new ServerSentEvents().add('event: rows\ndata: [1]\n')).toEqual([]);
  });

  it('refuses an event without an end', () => {
    const events = new ServerSentEvents();
    const piece = 'x'.repeat(2 ** 20);
    expect(() => {
      for (let i = 0; i < 70; i++) events.add(i % 2 === 0 ? piece : `data: ${piece}\n`);
    }).toThrow(RangeError);
  });

  it('counts each event for itself', () => {
    const events = new ServerSentEvents();
    const one = `data: ${'x'.repeat(2 ** 20)}\n\n`;
    for (let i = 0; i < 70; i++) expect(events.add(one)).toHaveLength(1);
  });
});
