// The table's rows. One that was drawn is kept: typing draws only what was not shown before.
const CHART = { width: 140, height: 34, step: 5, thick: 4 };
const MANY = 100;
const LINKS = ['All', 'Ingress', 'Rejects', 'No rule'];
const drawn = new Map();

const callOf = (group) => group.group_name.trim() || group.group_id;

const cell = (column, ...children) =>
  make('td', { role: 'cell', class: column, 'data-label': findByKey(COLUMNS, column).text }, ...children);

function badges(group) {
  if (!group.is_known) return [badge('not in the inventory', 'warn')];
  if (isGone(group)) return [badge(`gone since ${utc(group.gone_at)}`, 'warn')];
  if (group.members.length) return [];
  return [isUnattached(group) ? badge('unattached', 'warn') : badge('no interface')];
}

// Leads to the report where there is one.
function named(group, kind, text, ...content) {
  const href = reportOf(group);
  if (!href) return make('span', { class: kind }, ...content);
  return make('a', { class: kind, href, 'aria-label': `${text}: report of ${group.group_id}` }, ...content);
}

function title(group) {
  if (group.group_name.trim()) return named(group, 'name', group.group_name, isolate(group.group_name));
  const text = group.is_known ? 'no name' : 'name not known';
  return named(group, 'name quiet', text, text);
}

function words(group) {
  if (group.is_known) return group.description.trim() ? isolate(group.description) : undefined;
  return 'A group of another VPC or account, or gone for more than 7 days: only its traffic tells of it.';
}

function identity(group) {
  const text = words(group);
  return cell(
    'group_name',
    make('div', { class: 'title' }, title(group), ...badges(group)),
    make('span', { class: 'id' }, group.group_id),
    VPC_IDS.length > 1 && group.vpc_id ? make('span', { class: 'id' }, group.vpc_id) : undefined,
    text && make('div', { class: 'words' }, text),
  );
}

function expander(group, content, label) {
  const controls = { 'aria-expanded': 'false', 'aria-controls': `detail-${group.group_id}` };
  const button = make('button', { type: 'button', class: 'expand', 'aria-label': label, ...controls }, content);
  button.addEventListener('click', () => toggleDetail(group));
  return button;
}

function carriers(group) {
  if (!group.members.length) return cell('interfaces', quiet('none'));
  const button = expander(group, plural(group.members.length, 'interface', 'interfaces'));
  return cell('interfaces', button, group.instances ? small(plural(group.instances, 'instance', 'instances')) : undefined);
}

function rules(group) {
  if (isGone(group) || !group.is_known) return cell('rules', quiet('not known'));
  const [ingress, egress] = [group.ingress_rules, group.egress_rules].map(count);
  return cell('rules', `${ingress} ingress`, small(`${egress} egress`));
}

function outline(values, axis, scale) {
  const bar = (value, index) => {
    const height = Math.sign(scale) * Math.max(1.5, Math.abs(value * scale));
    return `M${index * CHART.step} ${axis}h${CHART.thick}v${height.toFixed(1)}h-${CHART.thick}z`;
  };
  return values.map((value, index) => (value ? bar(value, index) : '')).join('');
}

function describeBars(group) {
  if (!group.records) return 'No records';
  const totals = group.accepted_bars.map((accepted, index) => accepted + group.rejected_bars[index]);
  const most = Math.max(...totals);
  const start = page.start + (totals.indexOf(most) * (page.end - page.start)) / totals.length;
  return `${plural(group.records, 'record', 'records')}, ${count(group.rejected)} rejected; most in the 6 hours from ${utc(start)}: ${count(most)}`;
}

// Accepted above the axis, rejected below it, both to one scale: place tells them apart, not colour alone.
function bars(group) {
  const described = describeBars(group);
  const [above, below] = [group.accepted_bars, group.rejected_bars].map((values) => Math.max(...values));
  const scale = (CHART.height - 4) / Math.max(1, above + below);
  const axis = Math.round(CHART.height - 2 - below * scale);
  return draw(
    'svg',
    { viewBox: `0 0 ${CHART.width} ${CHART.height}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': described },
    draw('title', {}, described),
    draw('path', { class: 'accepted', d: outline(group.accepted_bars, axis, -scale) }),
    draw('path', { class: 'rejected', d: outline(group.rejected_bars, axis + 1, scale) }),
    draw('path', { class: 'axis', d: `M0 ${axis + 0.5}H${CHART.width - 1}` }),
  );
}

function rejected(group) {
  if (!group.rejected) return cell('rejected', quiet('0'));
  return cell('rejected', make('span', { class: 'some' }, figure(group.rejected)), small(share(group.rejected, group.records)));
}

function unattributed(group) {
  if (!group.records) return cell('unattributed', quiet('0'));
  const text = figure(group.unattributed);
  const label = `${text} unattributed: how the records of ${callOf(group)} were attributed`;
  const content = group.unattributed ? make('span', { class: 'some' }, text) : quiet(text);
  return cell('unattributed', expander(group, content, label), small(`${figure(group.attributed)} by rules`));
}

function lastSeen(group) {
  if (!group.last_seen) return cell('last_seen', quiet('not in 7 days'));
  return cell('last_seen', elapsed(group.last_seen), small(minute(group.last_seen)));
}

function links(group) {
  const anchors = group.links.map((href, index) => {
    const text = LINKS[index];
    return make('a', { href, rel: 'noopener', 'aria-label': `${text}: traffic of ${callOf(group)}` }, text);
  });
  return cell('opens', make('div', { class: 'links' }, ...anchors));
}

const CELLS = {
  group_name: identity,
  interfaces: carriers,
  rules,
  verdicts,
  worth,
  score,
  bars: (group) => cell('bars', bars(group)),
  records: (group) => cell('records', group.records ? figure(group.records) : quiet('0')),
  rejected,
  unattributed,
  bytes: (group) => cell('bytes', group.records ? size(group.bytes) : quiet('0')),
  last_seen: lastSeen,
  opens: links,
};

const drawRow = (group) =>
  make('tr', { role: 'row', class: 'group' }, ...COLUMNS.map(({ key }) => CELLS[key](group)));

// The group's row, and the one below it where its details are folded out.
function rowsOf(group) {
  if (!drawn.has(group)) drawn.set(group, [drawRow(group)]);
  return drawn.get(group);
}

function interfaceItem(each) {
  return make(
    'li',
    {},
    make('span', { class: 'called' }, isolate(each.name), ' ', badge(each.owner.replaceAll('_', ' '))),
    ...[each.interface_id, each.instance_id ?? '', each.addrs.join(', ')].map((text) => make('span', { class: 'id' }, text)),
  );
}

function listInterfaces(group) {
  const members = group.members.toSorted((a, b) => compare(a.name, b.name));
  const list = make('ul', {}, ...members.slice(0, MANY).map(interfaceItem));
  const rest = members.slice(MANY);
  if (!rest.length) return [list];
  const button = make('button', { type: 'button' }, `Show ${count(rest.length)} more`);
  button.addEventListener('click', () => {
    list.append(...rest.map(interfaceItem));
    button.remove();
  });
  return [list, button];
}

function explainTraffic(group) {
  if (!group.records) return [];
  return [make('p', { class: 'sum' }, sumUp(group)), drawOutcomes(group)];
}

function toggleDetail(group) {
  const rows = rowsOf(group);
  const isOpen = rows.length > 1;
  for (const button of rows[0].querySelectorAll('.expand')) button.setAttribute('aria-expanded', String(!isOpen));
  if (isOpen) {
    rows.pop().remove();
    return;
  }
  const parts = [...explainTraffic(group), ...(group.members.length ? listInterfaces(group) : [])];
  const content = make('td', { role: 'cell', colspan: COLUMNS.length }, ...parts);
  rows.push(make('tr', { role: 'row', class: 'detail', id: `detail-${group.group_id}` }, content));
  rows[0].after(rows[1]);
}
