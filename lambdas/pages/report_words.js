// How rules, spaces and moments are said on a report.
const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', compactDisplay: 'long', maximumSignificantDigits: 3 });
const DIGITS = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const SHOWN = 10;
const ANSWERS = { ingress: 'from', egress: 'to' };

const verdictText = (verdict) => VERDICTS.find(({ key }) => key === verdict).text;
const verdictBadge = (verdict) => make('span', { class: `verdict ${verdict}` }, verdictText(verdict));
const heading = (level, text) => make(`h${level}`, {}, text);
const idText = (text) => make('span', { class: 'id' }, text);
const whole = (text) => make('span', { class: 'whole' }, text);
const tagOf = ([key, value]) => make('span', { class: 'tag' }, isolate(key), '=', isolate(value));
const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
const day = (second) => toIso(second).slice(0, 10);
const connectionsOf = (use) => use.sole + use.shared + use.possible;

// Beyond what has a name in English: as a power of ten.
function space(number) {
  if (number < 100_000) return count(number);
  if (number < 1e15) return COMPACT.format(number);
  const [mantissa, power] = number.toExponential(1).split('e+');
  return `${mantissa} × 10${[...power].map((digit) => DIGITS[digit]).join('')}`;
}

function percent(part, whole) {
  if (!whole) return '0 %';
  return share(part, whole);
}

// A name, and beside it what it is the name of.
function named(name, id) {
  if (!name.trim()) return [make('bdi', { class: 'addr' }, id)];
  return [make('bdi', { class: 'called' }, name), ' ', idText(id)];
}

function peerOf(peer) {
  const notes = peer.via.map((text) => badge(text));
  if (peer.name.trim()) return [...named(peer.name, peer.text), ...notes];
  return [make('bdi', { class: 'addr' }, peer.text), ...(peer.kind ? [' ', quiet(`(${peer.kind})`)] : []), ...notes];
}

function ruleLine(rule) {
  return [
    make('span', { class: 'direction' }, rule.direction),
    ' ',
    make('span', { class: 'service' }, rule.service),
    ' ',
    make('span', { class: 'quiet' }, ANSWERS[rule.direction]),
    ' ',
    ...peerOf(rule.peer),
  ];
}

const ruleWords = (rule) =>
  [rule.direction, rule.service, ANSWERS[rule.direction], rule.peer.name.trim() || rule.peer.text].join(' ');

const shortRule = (rule) => [
  make('span', { class: 'service' }, rule.service),
  ' ',
  make('span', { class: 'quiet' }, ANSWERS[rule.direction]),
  ' ',
  isolate(rule.peer.name.trim() || rule.peer.text),
];

function addTo(map, key, weight) {
  map.set(key, (map.get(key) ?? 0) + weight);
}

// The first of them, and a button for the rest.
function listSome(list, items, makeItem, shown = SHOWN) {
  list.append(...items.slice(0, shown).map(makeItem));
  const rest = items.slice(shown);
  if (!rest.length) return [list];
  const button = make('button', { type: 'button', class: 'more' }, `Show ${count(rest.length)} more`);
  button.addEventListener('click', () => {
    list.append(...rest.map(makeItem));
    button.remove();
  });
  return [list, button];
}

// Rows of cells; the first heading is that of what a row is about. On a phone each cell says its heading itself.
function tableOf(caption, headings, items, cellsOf, shown = SHOWN) {
  const heads = headings.map(([text, kind = '']) => make('th', { role: 'columnheader', scope: 'col', class: kind }, text));
  const row = (item) => {
    const cells = cellsOf(item).map((content, place) => {
      const [text, kind = ''] = headings[place];
      return make('td', { role: 'cell', class: kind, 'data-label': text }, ...[content].flat());
    });
    return make('tr', { role: 'row' }, ...cells);
  };
  const [body, button] = listSome(make('tbody', { role: 'rowgroup' }), items, row, shown);
  const head = make('thead', { role: 'rowgroup' }, make('tr', { role: 'row' }, ...heads));
  const table = make('table', { class: 'list', role: 'table' }, make('caption', {}, caption), head, body);
  return button ? [table, button] : [table];
}

// As wide as its neighbours, so that bars before it line up.
const aligned = (text) => make('span', { class: 'n' }, text);

// A share as a bar; text beside it says the same.
function meter(part, kind = '') {
  const width = `${(100 * Math.min(1, Math.max(0, part))).toFixed(2)}%`;
  return draw(
    'svg',
    { class: `meter ${kind}`, 'aria-hidden': 'true', focusable: 'false' },
    draw('rect', { class: 'track', width: '100%', height: '100%', rx: 3 }),
    draw('rect', { class: 'part', width, height: '100%', rx: 3 }),
  );
}
