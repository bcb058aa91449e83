// What the verdicts rest on.
const WHY_NOT = {
  reject: 'rejected',
  no_rule: 'accepted, but by no rule in force: of a rule since removed, or of a tracked connection',
  unknown: 'of which nobody knows who began; they may be counted above too',
};
const HOURS_SHOWN = 12;
const bitCount = (number) => number.toString(2).replaceAll('0', '').length;
const hourTable = page.hours.map(([expected, logged, lost]) => {
  const due = bitCount(expected);
  return { due, have: bitCount(expected & logged), lost };
});

function drawEvidenceFigures() {
  const { coverage, silent_interfaces: silent } = evidence;
  const facts = [
    ['Window', `${minute(evidence.window_start)} to ${utc(evidence.window_end)}`],
    ['Coverage', coverage === null ? 'no interface was expected to log' : `${percent(coverage, 1)}: ${count(evidence.logged_hours)} of ${count(evidence.expected_hours)} interface hours have log data`],
    ['Records', `${count(evidence.records)} of interfaces that carried the group`],
    ['SKIPDATA', evidence.skipdata ? `${plural(evidence.skipdata, 'record', 'records')}: the flow log lost some flows` : 'none: the flow log lost nothing that it knows of'],
  ];
  const reasons = Object.entries(WHY_NOT).filter(([key]) => evidence.unattributed[key]);
  const list = (title, items) => [heading(4, title), ...listSome(make('ul', { class: 'plain' }), items, (item) => make('li', {}, ...item))];
  const told = reasons.map(([key, text]) => [make('strong', {}, count(evidence.unattributed[key])), ` ${text}`]);
  const parts = [make('dl', { class: 'facts wide' }, ...facts.map(([text, value]) => make('div', {}, make('dt', {}, text), make('dd', {}, value))))];
  if (told.length) parts.push(...list('Records that no rule is said to have let in, or not for certain', told));
  if (silent.length) parts.push(...list('Interfaces that never logged', silent.map((id) => named(interfaceNames.get(id) ?? '', id))));
  byId('evidence-figures').append(heading(3, 'What the verdicts rest on'), ...parts);
}

// By interface, those that lack the most first.
function gatherHours() {
  const rows = new Map();
  for (const [day, pairs] of Object.entries(evidence.days)) {
    for (const [place, hours] of pairs) {
      const row = rows.get(place) ?? { place, due: 0, have: 0, lost: 0, days: {} };
      const { due, have, lost } = hourTable[hours];
      row.due += due;
      row.have += have;
      row.lost += lost;
      row.days[day] = hours;
      rows.set(place, row);
    }
  }
  return [...rows.values()].sort((a, b) => b.due - b.have - (a.due - a.have) || b.lost - a.lost || a.place - b.place);
}

function hourCell(day, place, hours) {
  const { length } = page.days;
  const frame = { x: at(place, length), width: at(0.86, length) };
  if (hours === undefined || !hourTable[hours].due) return [draw('rect', { ...frame, y: 0, height: '100%', rx: 2, class: 'none' })];
  const { due, have, lost } = hourTable[hours];
  const title = draw('title', {}, `${day}: ${have} of ${plural(due, 'hour', 'hours')}${lost ? `, ${plural(lost, 'SKIPDATA record', 'SKIPDATA records')}` : ''}`);
  if (have === due && !lost) return [draw('rect', { ...frame, height: '100%', rx: 2, class: 'full' }, title)];
  const part = (100 * have) / due;
  return [
    draw('rect', { ...frame, height: '100%', rx: 2, class: 'lacking' }, title),
    draw('rect', { ...frame, y: `${(100 - part).toFixed(1)}%`, height: `${part.toFixed(1)}%`, rx: 2, class: lost ? 'lossy' : 'full' }),
  ];
}

function hourRow(row) {
  const cells = page.days.flatMap((day, place) => hourCell(day, place, row.days[day]));
  const told = `${count(row.have)} of ${plural(row.due, 'hour', 'hours')}${row.lost ? `, ${count(row.lost)} SKIPDATA` : ''}`;
  const label = make('span', { class: 'label' }, ...interfaceName(row.place));
  return make('li', {}, label, make('div', {}, draw('svg', { class: 'hours', role: 'img', 'aria-label': told }, ...cells)), make('span', { class: 'numbers' }, told));
}

function drawHours() {
  const rows = gatherHours();
  const box = byId('evidence-hours');
  box.append(heading(3, 'Hours with log data'));
  if (!rows.length) {
    box.append(make('p', { class: 'quiet' }, 'No interface was expected to log in the window.'));
    return;
  }
  const key = (kind, text) => make('span', { class: `key ${kind}` }, text);
  box.append(
    make('div', { class: 'hours-head' }, make('span', {}, 'Interface'), dayAxis(), make('span', {})),
    ...listSome(make('ol', { class: 'hours-list' }), rows, hourRow, HOURS_SHOWN),
    make('p', { class: 'legend' }, key('full', 'all hours'), key('lacking', 'missing'), key('lossy', 'with SKIPDATA'), key('none', 'not expected')),
  );
}

function drawEvidence() {
  drawEvidenceFigures();
  drawHours();
}
