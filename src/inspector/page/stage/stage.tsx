import { Fragment, h, render } from 'preact';
import type { App } from '../app.js';
import { Picture } from './picture.js';
import { island } from '../island.js';
import { Tip } from './tip.js';
import { listenOnMap, listenOnStage } from './gestures.js';
import { Gutter } from './gutter.js';

/** Lanes of time: names at the left, what happened to the right of them, five minutes below. */
export function mountStage(app: App, place: HTMLElement): Picture {
  render(
    <>
      <div class="gutter-head">
        <span>loop delay</span>
        <span class="mono" />
      </div>
      <div class="gutter" />
      <canvas
        class="stage-canvas"
        tabIndex={0}
        role="img"
        aria-label="Timeline. Arrow keys go from one event to another, Enter selects."
      />
      <div class="tip-layer" />
      <div class="stage-empty" />
      <div class="map-label">last 5 minutes</div>
      <canvas
        class="map-canvas"
        tabIndex={0}
        role="img"
        aria-label="The last five minutes. Arrow keys move the window, End goes live."
      />
    </>,
    place,
  );
  const find = (name: string): HTMLElement => place.querySelector(name) as HTMLElement;
  const [stage, map] = place.querySelectorAll('canvas') as unknown as [
    HTMLCanvasElement,
    HTMLCanvasElement,
  ];
  const gutter = find('.gutter');
  const picture = new Picture(app, stage, map);
  new ResizeObserver(() => picture.resize()).observe(stage);
  listenOnStage(picture, stage);
  listenOnMap(picture, map);
  gutter.addEventListener('wheel', ({ deltaY }) => picture.scrollBy(deltaY));
  island(find('.gutter-head .mono'), () => app.hello.value?.node);
  island(gutter, () => <Gutter picture={picture} />);
  island(find('.tip-layer'), () => <Tip picture={picture} />);
  island(find('.stage-empty'), () => whyEmpty(picture));
  window.rxhome = picture;
  return picture;
}

/** An empty stage says why it is empty. */
function whyEmpty({ layout, app: { filter, connection } }: Picture): string | null {
  if (layout.value.places.length > 0) return null;
  if (filter.value.trim() !== '') return `Nothing here has “${filter.value.trim()}” in it.`;
  return connection.value === 'live' ? 'Nothing has happened yet.' : 'Waiting for the hub.';
}
