// Rules at a glance: use by day, and how much of the allowed space was used.
const SHADES = 5;
const GLANCE = 40;
const WIDEST = Math.max(8, ...page.rules.map((rule) => rule.width));
const mostOnADay = Math.max(1, ...page.rules.flatMap((rule) => usesOf(rule).map(sum)));
const changeByRule = new Map(proposal.changes.map((change) => [change.rule_id, change]));

const shade = (number) => Math.max(1, Math.ceil((SHADES * Math.log(1 + number)) / Math.log(1 + mostOnADay)));
const at = (place, places) => `${((100 * place) / places).toFixed(3)}%`;

function heatRow(rule) {
  const { length } = page.days;
  const cells = usesOf(rule).map(([certain, possible], place) => {
    const total = certain + possible;
    const attributes = { x: at(place, length), width: at(0.86, length), height: '100%', rx: 2 };
    if (!total) return draw('rect', { ...attributes, class: 'none' });
    const text = `${page.days[place]}: ${plural(total, 'connection', 'connections')}${possible ? `, ${count(possible)} only possibly` : ''}`;
    return draw('rect', { ...attributes, class: certain ? `shade-${shade(total)}` : 'maybe' }, draw('title', {}, text));
  });
  return draw('svg', { class: 'heat', role: 'img', 'aria-label': describeUse(rule) }, ...cells);
}

function spaceRow(rule) {
  const width = (bits) => at(bits, WIDEST);
  const change = changeByRule.get(rule.rule_id);
  const parts = [`Allowed ${space(rule.space)}`, `used ${space(rule.used_space)}`];
  if (change) parts.push(`after the proposal ${space(change.space_after)}`);
  const described = parts.join(', ');
  return draw(
    'svg',
    { class: 'spaces', role: 'img', 'aria-label': described },
    draw('title', {}, described),
    draw('rect', { class: 'allowed', y: 2, width: width(rule.width), height: 14, rx: 3 }),
    draw('rect', { class: `used ${rule.verdict}`, y: 5, width: width(rule.used_width), height: 8, rx: 2 }),
    change ? draw('rect', { class: 'after', x: width(change.width_after), y: 0, width: 2, height: 18 }) : undefined,
  );
}

function glanceRow(rule) {
  const label = make('span', { class: 'label' }, verdictBadge(rule.verdict), ' ', make('span', { class: 'direction' }, rule.direction), ' ', ...shortRule(rule));
  const numbers = make('span', { class: 'numbers' }, space(rule.used_space), quiet(' of '), space(rule.space));
  return make('li', {}, label, make('div', {}, heatRow(rule)), make('div', {}, spaceRow(rule), numbers));
}

function dayAxis() {
  const last = page.days.length - 1;
  const places = [0, Math.round(last / 2), last];
  const texts = places.map((place, index) => {
    const x = index === 2 ? '100%' : at(place, page.days.length);
    return draw('text', { x, y: 12, 'text-anchor': index === 2 ? 'end' : 'start' }, page.days[place].slice(5));
  });
  return draw('svg', { class: 'scale', 'aria-hidden': 'true', focusable: 'false' }, ...texts);
}

function widthAxis() {
  const step = [4, 8, 16].find((each) => WIDEST / each <= 4) ?? 32;
  const ticks = [];
  for (let bits = 0; bits <= WIDEST - step / 3; bits += step) {
    ticks.push(draw('text', { x: at(bits, WIDEST), y: 12 }, bits ? `${bits} bits` : '0'));
  }
  return draw('svg', { class: 'scale', 'aria-hidden': 'true', focusable: 'false' }, ...ticks);
}

function glanceLegend() {
  const key = (kind, text) => make('span', { class: `key ${kind}` }, text);
  return make(
    'p',
    { class: 'legend' },
    key('shade-2', 'few connections'),
    key('shade-5', `many, up to ${figure(mostOnADay)} a day`),
    key('maybe', 'only possibly'),
    key('allowed', 'allowed space'),
    key('used', 'used of it'),
    key('after', 'after the proposal'),
    quiet('Shades and lengths are on a log scale.'),
  );
}

function drawGlance() {
  byId('no-pictures').hidden = page.rules.length > 0;
  byId('glance').hidden = !page.rules.length;
  if (!page.rules.length) return;
  const head = (text, axis) => make('div', {}, make('span', {}, text), axis);
  byId('glance').append(
    heading(3, 'Rules at a glance'),
    make('div', { class: 'glance-head' }, make('span', {}, 'Rule'), head('Use by day', dayAxis()), head('Space used of allowed', widthAxis())),
    ...listSome(make('ol', {}), page.rules, glanceRow, GLANCE),
    glanceLegend(),
  );
}
