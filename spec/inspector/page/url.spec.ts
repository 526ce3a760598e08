import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DEFAULT_SPAN } from '../../../src/inspector/page/app.js';
import { readView, TABS, type View, writeView } from '../../../src/inspector/page/url.js';

const LIVE: View = {
  at: null,
  span: DEFAULT_SPAN,
  row: null,
  session: null,
  filter: '',
  tab: null,
};

describe('a link to the page', () => {
  it('is bare as long as everything is as usual', () => {
    expect(writeView(LIVE)).toBe('');
    expect(writeView({ ...LIVE, session: 'run-1' })).toBe('');
    expect(readView('')).toEqual(LIVE);
    expect(readView('#')).toEqual(LIVE);
  });

  it('holds the window, the selection and the run that it is of', () => {
    const view: View = {
      at: 1_732_202_267_578,
      span: 120_000,
      row: 193,
      session: 'run-1',
      filter: 'light & task=1#',
      tab: 'listeners',
    };
    expect(writeView(view)).toBe(
      '#at=1732202267578&span=120000&row=193&run=run-1&filter=light+%26+task%3D1%23&tab=listeners',
    );
    expect(readView(writeView(view))).toEqual(view);
  });

  it('keeps the negative ids of errors', () => {
    expect(readView(writeView({ ...LIVE, row: -5 })).row).toBe(-5);
  });

  it('comes back as it was, whatever it was', () => {
    const views = fc.record({
      at: fc.option(fc.integer({ min: 1, max: 8.64e15 })),
      span: fc.integer({ min: 5, max: 9_999 }),
      row: fc.option(fc.integer().filter((row) => row !== 0)),
      session: fc.option(fc.string({ minLength: 1 })),
      filter: fc.string({ maxLength: 200 }),
      tab: fc.option(fc.constantFrom(...TABS)),
    });
    fc.assert(
      fc.property(views, (view) => {
        const session = view.row === null ? null : view.session;
        expect(readView(writeView(view))).toEqual({ ...view, session });
      }),
    );
  });

  it.each([
    ['#at=soon&span=&row=x&tab=secrets', LIVE],
    ['#at=-5&row=0', LIVE],
    ['#row=1.5', LIVE],
    ['#row=1e300&span=Infinity&at=NaN', LIVE],
    ['#span=0', { ...LIVE, span: 5 }],
    ['#span=1e9', { ...LIVE, span: 300_000 }],
    ['#%E0%A4%A&tab=errors', { ...LIVE, tab: 'errors' }],
  ])('reads %s without falling over', (hash, view) => {
    expect(readView(hash)).toEqual(view);
  });

  it('cuts a filter that nobody has typed', () => {
    expect(readView(`#filter=${'x'.repeat(5_000)}`).filter).toHaveLength(200);
  });

  it('never throws at what somebody has written into it', () => {
    fc.assert(
      fc.property(fc.string(), (hash) => {
        const { span, row } = readView(hash);
        expect(span >= 5 && span <= 300_000).toBe(true);
        expect(row === null || Number.isSafeInteger(row)).toBe(true);
      }),
    );
  });
});
