import { h } from 'preact';
import './page.css';
import { effect } from '@preact/signals-core';
import { Actions } from './actions.js';
import { announce } from './announce.js';
import { startBeat } from './beat.js';
import { bindKeys } from './bind-keys.js';
import { createApp } from './create-app.js';
import { startFeed } from './feed.js';
import { Header } from './head/header.js';
import { Vitals } from './head/vitals.js';
import { Help } from './help.js';
import { island } from './island.js';
import { Note, watchForFirst } from './note.js';
import { pageId } from './page-id.js';
import { Side } from './side/side.js';
import { watchPayload } from './side/payload.js';
import { mountStage } from './stage/stage.js';
import { syncUrl } from './url-sync.js';

/** Elements of index.html. */
const at = (id: string): HTMLElement => document.getElementById(id) as HTMLElement;

const app = createApp();
const actions = new Actions(app, mountStage(app, at('stage')));
const help = at('help') as HTMLDialogElement;

island(at('head'), () => <Header app={app} actions={actions} />);
island(at('vitals'), () => <Vitals app={app} actions={actions} />);
island(at('note'), () => <Note app={app} actions={actions} />);
island(at('panel'), () => <Side app={app} actions={actions} />);
island(help, () => <Help app={app} />);

effect(() => {
  // `light.page` is this page: its lamp glows at the upper edge.
  const isOn = app.entities.value.get('light.page')?.[1] === 'on';
  document.documentElement.classList.toggle('lamp-on', isOn);
  const host = app.hello.value?.host;
  document.title = `${host === undefined ? '' : `${host} – `}rxhome inspector`;
});
effect(() => {
  if (app.selected.value === null) return;
  requestAnimationFrame(() =>
    document.querySelector('.step[aria-current=true]')?.scrollIntoView({ block: 'nearest' }),
  );
});
help.addEventListener('click', ({ target }) => target === help && help.close());

syncUrl(app, actions);
watchForFirst(app);
watchPayload(app);
announce(app, at('said'));
bindKeys(app, actions, help);
startBeat();
startFeed(app, pageId());
