// The talk in the browser: one socket, a short memory in localStorage, no words of its own (they stand in data-…).

const KEY = 'trucban.talk';
const KEPT = 50;                 // entries remembered on this phone
const PATIENCE = 10_000;         // a frame unheard for so long means a dead line
const STALE = 30_000;            // silent for so long when waking: better to dial again
const STABLE = 20_000;           // a line that held so long starts the pauses anew
const LONGEST_PAUSE = 30_000;
const TOO_OLD = 24 * 3600_000;   // not repeated unasked: the server forgets ids after three days
const DOUBLE_PRESS = 1_000;
const NEAR_LIMIT = 200;
const PASSING = 4_000;           // good news on the status line goes away by itself

const by = (id) => document.getElementById(id);
const root = document.documentElement;
const [main, log, form, input, status, newer, left] =
  ['talk', 'log', 'composer', 'ask', 'status', 'newer', 'left'].map(by);
const words = main.dataset;

// ── Memory ───────────────────────────────────────────────────────────────────────────────────────
// talk holds my messages {id, text, choice?, state, at} and answers {id, html, buttons, links};
// round counts tokens, so that answer 3 of an old token is not taken for answer 3 of the new one.
const blank = () => ({ token: null, after: 0, round: 0, talk: [] });
const find = (id) => memory.talk.find((entry) => entry.id === id);
const waiting = (entry) => entry.state === 'sending' || entry.state === 'unsent';
let memory = recall();

function attempt(act) {  // storage may be full or forbidden: then the talk lives as long as the page
  try {
    return act();
  } catch {
    return null;
  }
}

function recall() {
  const found = attempt(() => JSON.parse(localStorage.getItem(KEY)));
  return found && Array.isArray(found.talk) ? { ...blank(), ...found } : blank();
}

function save() {
  while (memory.talk.length > KEPT) {
    const settled = memory.talk.findIndex((entry) => !waiting(entry));
    memory.talk.splice(Math.max(settled, 0), 1);
  }
  attempt(() => localStorage.setItem(KEY, JSON.stringify(memory)));
}

// ── The line ─────────────────────────────────────────────────────────────────────────────────────
let line = null, ready = false, met = false, tries = 0, timer = 0, lastHeard = 0, since = 0, inTurn = false;
const write = (frame) => line.send(JSON.stringify(frame));
const reconnecting = () => tell(navigator.onLine === false ? 'offline' : met ? 'reconnecting' : 'connecting');

function dial() {
  hangUp();
  reconnecting();
  lastHeard = Date.now();
  line = new WebSocket((location.protocol === 'https:' ? 'wss://' : 'ws://') + location.host + '/chat');
  line.onopen = () => write({ type: 'hello', token: memory.token, after: memory.token ? memory.after : undefined });
  line.onmessage = (event) => receive(JSON.parse(event.data));
  line.onclose = lost;
  timer = setTimeout(lost, PATIENCE);  // a phone may keep a dead call "connecting" for minutes
}

function hangUp() {
  clearTimeout(timer);
  if (line) {
    line.onopen = line.onmessage = line.onclose = null;
    line.close();
  }
  line = null;
  ready = false;
}

function lost() {
  tries = ready && Date.now() - since > STABLE ? 0 : tries + 1;
  hangUp();
  memory.talk.filter(waiting).forEach((entry) => mark(entry, 'unsent'));
  reconnecting();
  const pause = Math.min(LONGEST_PAUSE, 500 * 2 ** tries);
  timer = setTimeout(dial, pause * (0.5 + Math.random()));  // jitter: not all phones of a commune at once
}

function wake() {
  // Pings of the server are invisible here: after sleep a dead socket still looks open.
  if (!document.hidden && (!line || Date.now() - lastHeard > STALE)) dial();
}

function receive(frame) {
  lastHeard = Date.now();
  const hear = { welcome, heard, reply, error }[frame.type];
  if (hear) hear(frame);
}

function welcome({ token }) {
  if (token !== memory.token) {  // ours was unknown: the visible talk stays, the counting starts again
    Object.assign(memory, { token, after: 0, round: memory.round + 1 });
  }
  clearTimeout(timer);
  ready = true;
  since = Date.now();
  inTurn = false;
  chooseStation();
  save();
  if (status.dataset.state !== 'cleared') tell(met ? 'connected' : 'ready');
  met = true;
  memory.talk.filter(waiting).forEach(transmit);
}

function heard({ re }) {
  const entry = find(re);
  if (entry && entry.state !== 'heard') mark(entry, 'heard');
}

function reply({ re, n, more, html, buttons, links }) {
  heard({ re });
  memory.after = Math.max(memory.after, n);
  const entry = { id: `${memory.round}.${n}`, html, buttons, links };
  const greeted = (find(re) || {}).hidden;  // the page itself greets for the poster's station
  if (greeted || find(entry.id)) return save();
  memory.talk.push(entry);
  save();
  const shown = draw(entry);
  if (!inTurn) reveal(shown);  // of several answers the first is read first
  inTurn = more;
}

function error({ re, text }) {
  const entry = find(re);
  if (entry && waiting(entry)) mark(entry, 'refused');
  tell('error', text);
}

// ── Sending ──────────────────────────────────────────────────────────────────────────────────────
function compose(message) {  // randomUUID is missing on plain http and on older phones
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  const id = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return { id, state: 'sending', at: Date.now(), ...message };
}

function post(message) {
  const entry = compose(message);
  memory.talk.push(entry);
  inTurn = false;
  following = true;
  if (status.dataset.state === 'error') tell('ready');
  transmit(entry);
  scrollTo(0, root.scrollHeight);
}

function transmit(entry) {
  if (!line && navigator.onLine !== false) dial();
  mark(entry, line ? 'sending' : 'unsent');
  if (!ready) return;  // welcome sends whatever waits
  const { id, choice, text } = entry, used = line;
  write(choice ? { type: 'choose', id, choice } : { type: 'say', id, text });
  setTimeout(() => {
    const now = find(id);
    if (line === used && now && now.state === 'sending') lost();
  }, PATIENCE);
}

function mark(entry, state) {
  entry.state = state;
  save();
  draw(entry);
}

// A poster's ?start=<station>: told once for each tab and talk, before anything that waits; nothing to see.
function chooseStation() {
  const told = `${words.start} ${memory.token}`;
  if (!words.start || attempt(() => sessionStorage.getItem(KEY)) === told) return;
  attempt(() => sessionStorage.setItem(KEY, told));
  memory.talk.unshift(compose({ choice: `start:${words.start}`, hidden: true }));
}

// ── Showing ──────────────────────────────────────────────────────────────────────────────────────
const make = (tag, properties) => Object.assign(document.createElement(tag), properties);
const copy = (id) => by(id).content.firstElementChild.cloneNode(true);

function tell(state, text = words[state] || '') {
  status.dataset.state = state;
  if (status.textContent !== text) status.textContent = text;
  if (/connected|cleared/.test(state)) setTimeout(() => status.dataset.state === state && tell('ready'), PASSING);
}

function draw(entry) {
  if (entry.hidden) return null;
  const there = by(`e-${entry.id}`);
  const shown = there || log.appendChild(copy(entry.state ? 'mine' : 'answer'));
  if (!there) {
    shown.id = `e-${entry.id}`;
    root.classList.add('talking');
    (entry.state ? fillMine : fillAnswer)(shown, entry);
  }
  if (entry.state) showState(shown, entry.state);
  return shown;
}

function fillMine(shown, { id, text }) {
  shown.querySelector('.text').textContent = text;
  shown.querySelector('.retry').onclick = () => find(id) && transmit(find(id));
  shown.querySelector('.plain').href = `/hoi?q=${encodeURIComponent(text)}`;
}

function showState(shown, state) {
  const failed = state === 'unsent' || state === 'refused';
  shown.dataset.state = state;
  shown.querySelector('.state span').textContent = words[state];
  shown.querySelector('.retry').hidden = !failed;
  shown.querySelector('.plain').hidden = !failed || tries < 3;  // sockets may be blocked where pages are not
}

function fillAnswer(shown, { html, buttons = [], links = [] }) {
  const text = shown.querySelector('.text');
  text.innerHTML = html;  // sanitised by the server
  const last = text.lastElementChild;  // sources are a paragraph all in italics: below the buttons, and not read aloud
  if (links.length && last && last.childNodes.length === 1 && last.firstChild.nodeName === 'EM') {
    shown.querySelector('.sources').prepend(last);
  }
  for (const { label, choice } of buttons) {
    const button = make('button', { type: 'button', textContent: label });
    button.dataset.choice = choice;
    shown.querySelector('.choices').append(button);
  }
  for (const { label, url } of links) {
    const link = make('a', { textContent: label, href: url });
    if (!/^(https?|tel):$/.test(link.protocol)) continue;
    shown.querySelector('.links').appendChild(make('li')).append(link);
  }
  for (const link of shown.querySelectorAll('a')) {
    link.rel = 'noopener noreferrer';
    if (link.protocol !== 'tel:') link.target = '_blank';  // the talk stays open behind it
  }
}

function redraw() {
  log.querySelectorAll('[data-kind]').forEach((old) => old.remove());
  memory.talk.forEach(draw);
}

// Follow the talk unless the reader has scrolled up; our own scrolling goes down (toTopics is the reader's).
let following = true, lastY = 0, unread = null;

function watchScroll() {
  const atEnd = scrollY + innerHeight > root.scrollHeight - 80;
  following = atEnd || (following && scrollY > lastY - 4);
  lastY = scrollY;
  if (atEnd) newer.hidden = true;
}

function reveal(shown, follow = following) {
  if (follow) shown.scrollIntoView({ block: 'start' });
  unread = shown;
  newer.hidden = follow;
}

// ── Writing and pressing ─────────────────────────────────────────────────────────────────────────
let shifted = false, lastPress = { choice: '', at: 0 };

function submit(event) {
  event.preventDefault();
  const text = input.value.trim();
  if (!text) return input.focus();
  input.value = '';
  measure();
  if (matchMedia('(pointer: coarse)').matches) input.blur();  // the keyboard would hide half the answer
  post({ text });
}

function enterSends(event) {  // beforeinput, since Enter of many phone keyboards has no key name
  if (event.inputType === 'insertLineBreak' && !shifted) submit(event);
}

function measure() {
  const room = input.maxLength - input.value.length;
  left.hidden = room > NEAR_LIMIT;
  left.textContent = room > 0 ? words.left.replace('{n}', room) : words.full;
  input.style.height = 'auto';
  input.style.height = `${input.scrollHeight + 4}px`;  // 4: the border
}

function press(event) {
  const button = event.target.closest('[data-choice]');
  if (!button) return;
  event.preventDefault();
  if (event.detail > 1) return;  // the second of two quick taps, on what has just come under the finger
  const { choice } = button.dataset;
  if (choice === lastPress.choice && Date.now() - lastPress.at < DOUBLE_PRESS) return;  // a trembling finger
  lastPress = { choice, at: Date.now() };
  post({ choice, text: button.textContent.trim() });
}

function toTopics(event) {
  event.preventDefault();  // no #topics in the address: a reload would land there
  by('topics').scrollIntoView();
  by('topics').focus({ preventScroll: true });
}

function clearTalk() {
  if (!confirm(words.clearAsk)) return;
  memory = blank();
  save();
  redraw();
  dial();
  tell('cleared');
}

function otherTab({ key }) {  // both tabs hold the same talk
  if (key !== KEY) return;
  const { token } = memory;
  memory = recall();
  redraw();
  if (memory.token !== token) dial();
}

function makeRoom() {  // what is scrolled to must not hide behind the bars
  root.style.scrollPadding = `${by('top').offsetHeight + 8}px 0 ${form.offsetHeight + 8}px`;
}

function liftComposer() {  // Safari lays its keyboard over the page instead of shrinking it
  const { height, offsetTop, scale } = visualViewport;
  form.style.bottom = scale === 1 ? `${Math.max(0, innerHeight - height - offsetTop)}px` : '';
}

// ── Start ────────────────────────────────────────────────────────────────────────────────────────
const on = (target, acts) => Object.entries(acts).forEach(([name, act]) => target.addEventListener(name, act));

function listen() {
  form.noValidate = true;
  on(form, { submit });
  on(input, { keydown: (event) => { shifted = event.shiftKey; }, beforeinput: enterSends, input: measure });
  on(main, { click: press });
  on(by('to-topics'), { click: toTopics });
  on(by('clear'), { click: clearTalk });
  on(newer, { click: () => reveal(unread, true) });
  on(document, { visibilitychange: wake });
  on(window, { scroll: watchScroll, storage: otherTab, offline: lost });
  on(window, { online: () => ready || dial(), pageshow: (event) => event.persisted && dial() });
  new ResizeObserver(makeRoom).observe(form);
  on(visualViewport, { resize: liftComposer, scroll: liftComposer });
}

function resume() {
  const old = (entry) => waiting(entry) && Date.now() - entry.at > TOO_OLD;
  memory.talk.filter(old).forEach((entry) => { entry.state = 'refused'; });
  history.scrollRestoration = 'manual';
  redraw();
  const last = [...log.querySelectorAll('[data-kind="answer"]')].pop();
  if (last) last.scrollIntoView({ block: 'start' });
}

by('clear-box').hidden = false;
listen();
resume();
dial();
