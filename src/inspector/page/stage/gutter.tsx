import { h } from 'preact';
import { everyBeat } from '../beat.js';
import type { Lane } from '../model/lane.js';
import { isOther } from '../model/lane-of.js';
import { HEADING, type Place } from '../model/layout.js';
import { Sign } from '../side/parts.js';
import { laneFigure } from './lane-figure.js';
import { colorOfGlyph, colorOfRibbon } from './palette.js';
import type { Picture } from './picture.js';

/** The names of the lanes, beside them. A lane is dragged, or moved with alt and the arrow keys. */
export function Gutter({ picture }: { readonly picture: Picture }) {
  everyBeat();
  const { app, lanes, layout, scroll } = picture;
  const { headings, places, height } = layout.value;
  const lit = new Set(app.chain.value?.rows.map(({ row }) => lanes.of(row)));
  return (
    <ul
      style={{ transform: `translateY(${-scroll.value}px)`, height: `${height}px` }}
      class={lit.size > 0 ? 'has-lit' : ''}
      aria-label="Lanes"
    >
      {headings.map(({ group, top }) => (
        <li key={group} class="group" style={{ top: `${top}px`, height: `${HEADING}px` }}>
          {group}
        </li>
      ))}
      {places.map((place) => (
        <LaneName
          key={place.lane.key}
          picture={picture}
          place={place}
          isLit={lit.has(place.lane)}
        />
      ))}
    </ul>
  );
}

interface LaneNameProps {
  readonly picture: Picture;
  readonly place: Place;
  readonly isLit: boolean;
}

function LaneName({ picture, place, isLit }: LaneNameProps) {
  const { lane, top, height } = place;
  const { key, name, glyph } = lane;
  const isRibbon = lane.look === 'ribbon';
  const isFixed = isOther(key);
  return (
    <li
      class={isLit ? 'lane lit' : 'lane'}
      style={{ top: `${top}px`, height: `${height}px` }}
      tabIndex={isFixed ? -1 : 0}
      title={isFixed ? name : `${name}: drag, or alt and arrow keys, to move it`}
      onKeyDown={(event) => {
        const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
        if (!event.altKey || isFixed || by === undefined) return;
        event.preventDefault();
        event.stopPropagation();
        picture.lanes.move(key, by);
      }}
      onPointerDown={(event) => !isFixed && startDrag(event, picture, lane, height)}
    >
      <Sign
        kind={isRibbon ? 'ribbon' : glyph}
        color={`var(--${isRibbon ? colorOfRibbon(lane) : colorOfGlyph(glyph)})`}
      />
      <span class="lane-name">{name}</span>
      <span class="lane-figure mono">{laneFigure(lane, picture)}</span>
      {!isFixed && <span class="grip" aria-hidden="true" />}
    </li>
  );
}

/** It changes places with a neighbour when it is over half of it. */
function startDrag(down: PointerEvent, { lanes }: Picture, { key }: Lane, height: number): void {
  if (down.button !== 0) return;
  const element = down.currentTarget as HTMLElement;
  element.setPointerCapture(down.pointerId);
  let from = down.clientY;
  element.onpointermove = ({ clientY }) => {
    const far = clientY - from;
    element.classList.add('dragged');
    if (Math.abs(far) < height * 0.7) return;
    from += Math.sign(far) * height;
    lanes.move(key, Math.sign(far));
  };
  element.onlostpointercapture = () => {
    element.classList.remove('dragged');
    element.onpointermove = null;
  };
}
