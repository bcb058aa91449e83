// Who talks to whom, drawn as wide as there is room, so that its words are never scaled.
const TALK_HEADS = { ingress: ['Peers', 'Ports', 'Interfaces'], egress: ['Interfaces', 'Ports', 'Peers'] };
const TALK_TITLES = { ingress: 'Who comes in', egress: 'Where it goes' };

// Left edges and widths of the columns; the side that begins stands on the left. Services have their words inside.
function measureTalk(layout, width) {
  const box = Math.round(Math.min(170, Math.max(96, width * 0.24)));
  const side = Math.round((width - box) / 2);
  const sides = [
    { x: 0, width: TALK.bar, room: side - TALK.bar - 14, anchor: 'start' },
    { x: width - TALK.bar, width: TALK.bar, room: side - TALK.bar - 14, anchor: 'end' },
  ];
  const middle = { x: side, width: box, room: box - 12, anchor: 'middle' };
  const [first, last] = layout.direction === 'ingress' ? sides : sides.toReversed();
  return { places: [first, middle, last], hasNumbers: width >= 440, width };
}

function ribbon(link, { places }, columns) {
  const [from, to] = columns[1].includes(link.target) ? [places[0], places[1]] : [places[1], places[2]];
  const leftToRight = from.x < to.x;
  const [x0, x1] = leftToRight ? [from.x + from.width, to.x] : [from.x, to.x + to.width];
  const middle = (x0 + x1) / 2;
  const [[a, b], [c, d]] = [link.sourceSpan, link.targetSpan].map(([top, bottom]) => [top, Math.max(bottom, top + 1)].map(Math.round));
  const path = `M${x0} ${a}C${middle} ${a} ${middle} ${c} ${x1} ${c}V${d}C${middle} ${d} ${middle} ${b} ${x0} ${b}Z`;
  const [first, second] = leftToRight ? [link.source, link.target] : [link.target, link.source];
  const title = `${first.label} → ${second.label}: ${plural(link.weight, 'connection', 'connections')}`;
  return draw('path', { class: `ribbon ${link.verdict ?? ''}`, d: path }, draw('title', {}, title));
}

const ANCHORS = { start: (place) => place.x + place.width + 6, middle: (place) => place.x + place.width / 2, end: (place) => place.x - 6 };

function nodeOf(node, place, hasNumbers) {
  const { anchor } = place;
  const x = ANCHORS[anchor](place);
  const name = draw('tspan', { class: 'name' }, node.label);
  const number = hasNumbers || anchor !== 'middle' ? draw('tspan', { class: 'number' }, `\u2002${figure(node.weight)}`) : undefined;
  return draw(
    'g',
    { class: `node ${anchor === 'middle' ? 'service-node' : ''} ${node.verdict ?? ''}` },
    draw('title', {}, `${node.label}: ${plural(node.weight, 'connection', 'connections')}`),
    draw('rect', { x: place.x, y: node.y, width: place.width, height: node.height, rx: anchor === 'middle' ? 4 : 2 }),
    draw('text', { x, y: node.y + node.height / 2, 'text-anchor': anchor, 'data-room': place.room }, name, number),
  );
}

// Cuts a name until it fits; by code points, so that no character is halved.
function fitName(text) {
  const [name, number] = text.children;
  const letters = [...name.textContent];
  const room = text.dataset.room - (number?.getComputedTextLength() ?? 0);
  let kept = letters.length;
  while (kept > 1 && name.getComputedTextLength() > room) {
    kept = Math.max(1, Math.min(kept - 1, Math.floor((kept * room) / name.getComputedTextLength())));
    name.textContent = `${letters.slice(0, kept).join('')}…`;
  }
}

function describeTalk({ direction, counts, columns }) {
  const [peers, services, interfaces] = counts;
  const verb = direction === 'ingress' ? 'come in from' : 'go out to';
  const [top] = columns[0];
  return `Connections ${verb} ${plural(peers, 'peer', 'peers')}, on ${plural(services, 'service', 'services')}, at ${plural(interfaces, 'interface', 'interfaces')}; most with ${top.label}: ${count(top.weight)}`;
}

function drawTalk(layout, width) {
  const measures = measureTalk(layout, width);
  const heads = TALK_HEADS[layout.direction].map((text, place) => {
    const x = [0, width / 2, width][place];
    return draw('text', { class: 'head', x, y: 10, 'text-anchor': ['start', 'middle', 'end'][place] }, text);
  });
  return draw(
    'svg',
    { class: 'talk', viewBox: `0 0 ${width} ${layout.height}`, role: 'img', 'aria-label': describeTalk(layout) },
    ...heads,
    ...layout.links.map((link) => ribbon(link, measures, layout.columns)),
    ...layout.columns.flatMap((nodes, place) => nodes.map((node) => nodeOf(node, measures.places[place], measures.hasNumbers))),
  );
}

function showTalk(box, layout) {
  const width = Math.floor(box.clientWidth);
  if (!width || width === layout.width) return;
  layout.width = width;
  box.replaceChildren(drawTalk(layout, width));
  for (const text of box.querySelectorAll('.node text')) fitName(text);
}

function drawTalks() {
  for (const direction of ['ingress', 'egress']) {
    const layout = layOutTalk(direction);
    if (!layout.columns[0].length) continue;
    const box = make('div', { class: 'talk-box' });
    byId('talks').append(make('figure', { class: 'card' }, make('figcaption', {}, TALK_TITLES[direction]), box));
    new ResizeObserver(() => showTalk(box, layout)).observe(box);
  }
  byId('talks').hidden = !byId('talks').children.length;
}
