/**
 * What makes the page answer: stretching time, filters, what belongs together, details, the map. It only moves and shows what
 * is drawn already. Plain JavaScript, as the browser gets it; its test checks its types by the comments in it.
 */
export const REPORT_SCRIPT = `'use strict';
(() => {
  /** @typedef {{at: string, node: string, words: string, fields: [string, string][]}} Details */
  /** @type {{ys: number[][], heights: number[], captions: number[][], first: number, width: number, details: Details[]}} */
  const data = JSON.parse(/** @type {HTMLElement} */ (document.getElementById('data')).textContent || '');
  /** @param {string} id @returns {any} */
  const byID = (id) => document.getElementById(id);
  /** @type {SVGSVGElement} */
  const picture = byID('picture');
  /** @type {HTMLCanvasElement} */
  const map = byID('map');
  /** @type {HTMLElement} */
  const panel = byID('panel');
  /** @type {HTMLInputElement} */
  const stretch = byID('stretch');
  const legend = Array.from(panel.childNodes);
  /** @param {string} selector @returns {SVGElement[]} */
  const all = (selector) => Array.from(picture.querySelectorAll(selector));
  /** @param {Element} element @param {string} name */
  const number = (element, name) => Number(element.getAttribute('data-' + name));
  const points = all('[data-at]').map((element) => ({ element, at: number(element, 'at'), x: number(element, 'x') }));
  const spans = all('[data-from]').map((element) => ({ element, from: number(element, 'from'), to: number(element, 'to') }));
  const arrows = all('[data-left]').map((element) => ({
    element, left: number(element, 'left'), right: number(element, 'right'), x1: number(element, 'x1'), x2: number(element, 'x2'),
    lines: Array.from(element.querySelectorAll('line')), far: /** @type {Element} */ (element.querySelector('.far')), id: number(element, 'caption'),
  }));
  const marks = all('.mark[data-event]');
  const stops = marks.filter((mark) => mark.hasAttribute('tabindex')).sort((a, b) => number(a, 'event') - number(b, 'event'));
  let level = data.first;
  /** @type {SVGElement | undefined} */
  let chosen;

  document.body.classList.add('live');
  for (const element of Array.from(document.querySelectorAll('.needs-script'))) element.removeAttribute('hidden');

  const ys = () => /** @type {number[]} */ (data.ys[level]);

  /** Moves everything to where it is at another stretch of time; what was in the middle of the window stays there. @param {number} next @param {number} [middle] */
  function show(next, middle = window.innerHeight / 2) {
    const offset = picture.getBoundingClientRect().top;
    const before = ys();
    const anchor = nearest(before, middle - offset);
    level = Math.max(0, Math.min(data.ys.length - 1, next));
    stretch.value = String(level);
    const now = ys();
    const y = (/** @type {number} */ point) => now[point] || 0;
    for (const { element, at, x } of points) element.setAttribute('transform', 'translate(' + x + ' ' + y(at) + ')');
    for (const { element, from, to } of spans) {
      element.setAttribute('y', String(y(from)));
      element.setAttribute('height', String(Math.max(0, y(to) - y(from))));
    }
    const captions = new Set(data.captions[level]);
    for (const { element, left, right, x1, x2, lines, far, id } of arrows) {
      const rise = y(right) - y(left);
      const length = Math.hypot(x2 - x1, rise);
      element.setAttribute('transform', 'translate(' + x1 + ' ' + y(left) + ') rotate(' + (Math.atan2(rise, x2 - x1) * 180) / Math.PI + ')');
      for (const line of lines) line.setAttribute('x2', String(length));
      far.setAttribute('transform', 'translate(' + length + ' 0)');
      element.classList.toggle('crowded', !captions.has(id));
    }
    for (const axis of all('.axis')) axis.toggleAttribute('hidden', number(axis, 'level') !== level);
    const height = data.heights[level] || 0;
    picture.setAttribute('height', String(height));
    picture.setAttribute('viewBox', '0 0 ' + data.width + ' ' + height);
    const shift = (now[anchor] || 0) - (before[anchor] || 0);
    if (offset < 0) window.scrollBy(0, shift);
    drawMap();
  }

  /** @param {number[]} list @param {number} y */
  function nearest(list, y) {
    let best = 0;
    for (let i = 0; i < data.details.length; i++) if (Math.abs((list[i] || 0) - y) < Math.abs((list[best] || 0) - y)) best = i;
    return best;
  }

  /** Lights a mark, and what belongs to the same mutation; the rest steps back. @param {Element | null | undefined} mark */
  function light(mark) {
    for (const lit of all('.lit')) lit.classList.remove('lit');
    picture.classList.toggle('dimmed', !!mark);
    if (!mark) return;
    const key = mark.getAttribute('data-key');
    for (const one of key === null ? [mark] : all('.mark[data-key="' + key + '"]')) one.classList.add('lit');
  }

  /** @param {Element | null | undefined} mark */
  function tell(mark) {
    const details = mark && data.details[number(mark, 'event')];
    panel.classList.toggle('kept', !!chosen);
    if (!details) return panel.replaceChildren(...legend);
    /** @param {string} name @param {string} text @param {string} [style] */
    const make = (name, text, style) => {
      const element = document.createElement(name);
      element.textContent = text;
      if (style) element.className = style;
      return element;
    };
    const list = document.createElement('dl');
    for (const [name, value] of details.fields) {
      const isBad = name.charAt(0) === '!';
      list.append(make('dt', isBad ? name.slice(1) : name, isBad ? 'bad' : ''), make('dd', value, isBad ? 'bad' : ''));
    }
    panel.replaceChildren(make('h2', details.node + ' at ' + details.at), make('p', details.words), list);
    const hint = chosen ? 'Arrow keys go on; Escape lets go.' : 'Click to keep this here.';
    panel.append(make('p', hint, 'muted'));
  }

  /** @param {SVGElement | undefined} mark @param {boolean} [follow] */
  function choose(mark, follow) {
    for (const one of all('.chosen')) one.classList.remove('chosen');
    chosen = mark;
    if (mark) mark.classList.add('chosen');
    if (mark && follow) mark.scrollIntoView({ block: 'center', inline: 'nearest' });
    light(mark);
    tell(mark);
  }

  /** @param {Event} event @returns {SVGElement | null} */
  const markOf = (event) => (event.target instanceof Element ? event.target.closest('.mark[data-event]') : null);
  picture.addEventListener('pointerover', (event) => {
    if (chosen) return;
    const mark = markOf(event);
    light(mark);
    if (mark) tell(mark);
  });
  picture.addEventListener('pointerleave', () => chosen || choose(undefined));
  picture.addEventListener('click', (event) => {
    const mark = markOf(event);
    choose(mark && mark !== chosen ? mark : undefined);
    if (mark && mark.hasAttribute('tabindex')) mark.focus({ preventScroll: true });
  });

  // One mark can be reached by Tab; from there, arrow keys go from event to event, or along a lane.
  if (stops[0]) stops[0].setAttribute('tabindex', '0');
  picture.addEventListener('focusin', (event) => {
    const mark = markOf(event);
    if (!mark) return;
    for (const one of all('[tabindex="0"]')) one.setAttribute('tabindex', '-1');
    mark.setAttribute('tabindex', '0');
    if (mark.matches(':focus-visible')) choose(mark);
  });
  picture.addEventListener('keydown', (event) => {
    const mark = /** @type {SVGElement | null} */ (markOf(event));
    if (event.key === 'Escape') return choose(undefined);
    if (!mark) return;
    const visible = stops.filter((one) => !one.classList.contains('off'));
    const lane = mark.getAttribute('data-lane');
    const list = event.key === 'ArrowLeft' || event.key === 'ArrowRight' ? visible.filter((one) => one.getAttribute('data-lane') === lane) : visible;
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    const next = step ? list[list.indexOf(mark) + step] : event.key === 'Home' ? list[0] : event.key === 'End' ? list[list.length - 1] : undefined;
    if (!next) return;
    event.preventDefault();
    next.focus({ preventScroll: true });
    choose(next, true);
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') choose(undefined);
  });

  function filter() {
    /** @param {string} name */
    const off = (name) => new Set(Array.from(document.querySelectorAll('.tools input[name="' + name + '"]:not(:checked)'), (box) => /** @type {HTMLInputElement} */ (box).value));
    const kinds = off('kind');
    const lanes = off('lane');
    for (const element of all('[data-kind]')) {
      const isOff = kinds.has(element.getAttribute('data-kind') || '') || lanes.has(element.getAttribute('data-lane') || '');
      element.classList.toggle('off', isOff);
    }
    drawMap();
  }
  for (const box of Array.from(document.querySelectorAll('.tools input[type="checkbox"]'))) box.addEventListener('change', filter);

  stretch.addEventListener('input', () => show(Number(stretch.value)));
  let wheel = 0;
  picture.addEventListener('wheel', (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    wheel += event.deltaY;
    if (Math.abs(wheel) < 40) return;
    show(level + (wheel < 0 ? 1 : -1), event.clientY);
    wheel = 0;
  }, { passive: false });

  function drawMap() {
    const context = map.getContext('2d');
    if (!context) return;
    const { clientWidth: width, clientHeight: height } = map;
    const scale = window.devicePixelRatio || 1;
    map.width = width * scale;
    map.height = height * scale;
    context.scale(scale, scale);
    const total = data.heights[level] || 1;
    const now = ys();
    for (const stop of stops) {
      if (stop.classList.contains('off') || stop.hasAttribute('data-left')) continue;
      context.fillStyle = getComputedStyle(stop).getPropertyValue('--c') || 'gray';
      context.fillRect(6 + (number(stop, 'x') / data.width) * (width - 12), ((now[number(stop, 'event')] || 0) / total) * height, 4, 2);
    }
    const box = picture.getBoundingClientRect();
    context.strokeStyle = getComputedStyle(map).color;
    context.globalAlpha = 0.6;
    context.strokeRect(1, Math.max(1, (-box.top / total) * height), width - 2, Math.max(8, Math.min(height - 2, (window.innerHeight / total) * height)));
  }
  let isDue = false;
  const soon = () => {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      drawMap();
    });
  };
  window.addEventListener('scroll', soon, { passive: true });
  window.addEventListener('resize', soon);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', soon);
  /** @param {PointerEvent} event */
  const go = (event) => {
    if (event.buttons === 0) return;
    const part = (event.clientY - map.getBoundingClientRect().top) / map.clientHeight;
    window.scrollTo({ top: window.scrollY + picture.getBoundingClientRect().top + part * (data.heights[level] || 0) - window.innerHeight / 2 });
  };
  map.addEventListener('pointerdown', go);
  map.addEventListener('pointermove', go);

  filter();
  drawMap();
})();
`
