// The rules, each with what the evidence says of it.
const RULE_COLUMNS = [
  { key: 'judged', text: 'Verdict' },
  { key: 'what', text: 'Rule' },
  { key: 'bars', text: `Last ${windowSpan}` },
  { key: 'connections', text: 'Connections' },
  { key: 'peers', text: 'Peers' },
  { key: 'ports', text: 'Ports' },
  { key: 'last_seen', text: 'Last seen (UTC)' },
];
const BAR = { step: 5, thick: 4, height: 30 };

const ruleCell = (column, ...children) => {
  const { text } = RULE_COLUMNS.find(({ key }) => key === column);
  return make('td', { role: 'cell', class: column, 'data-label': text }, ...children);
};
// Of each day of the window the certain and the possible connections.
const usesOf = (rule) => rule.use.days.map((number) => (Array.isArray(number) ? number : [number, 0]));

function describeUse(rule) {
  const total = connectionsOf(rule.use);
  if (!total) return `Not used in ${windowSpan}`;
  const uses = usesOf(rule).map(sum);
  const most = Math.max(...uses);
  const used = uses.filter(Boolean).length;
  return `Used on ${used} of ${plural(uses.length, 'day', 'days')}; most on ${page.days[uses.indexOf(most)]}: ${count(most)}`;
}

function drawBars(rule) {
  const uses = usesOf(rule);
  const scale = (BAR.height - 4) / Math.max(1, ...uses.map(sum));
  const width = uses.length * BAR.step;
  const bar = (from, number, place) => {
    if (!number) return '';
    const [height, below] = [Math.max(1.5, number * scale), from * scale];
    return `M${place * BAR.step} ${(BAR.height - 1 - below).toFixed(1)}h${BAR.thick}v-${height.toFixed(1)}h-${BAR.thick}z`;
  };
  const described = describeUse(rule);
  return draw(
    'svg',
    { viewBox: `0 0 ${width} ${BAR.height}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': described },
    draw('title', {}, described),
    draw('path', { class: 'certain', d: uses.map(([certain], place) => bar(0, certain, place)).join('') }),
    draw('path', { class: 'possible', d: uses.map(([certain, possible], place) => bar(certain, possible, place)).join('') }),
    draw('path', { class: 'axis', d: `M0 ${BAR.height - 0.5}H${width}` }),
  );
}

const atLeast = (number, capped) => (capped ? `≥ ${count(number)}` : count(number));

function lastUse(rule) {
  const { last_seen: last } = rule.use;
  if (!last) return [quiet(`not in ${windowSpan}`)];
  return [elapsed(last), small(minute(last))];
}

function ruleIdentity(rule) {
  const keep = rule.keep_reason === null ? undefined : make('p', { class: 'keep' }, badge('kept'), ' ', rule.keep_reason.trim() ? isolate(rule.keep_reason) : 'by its tag, which gives no reason');
  const about = rule.description.trim() ? make('bdi', { class: 'about' }, rule.description) : undefined;
  const reasons = rule.reasons.map((text) => make('p', { class: 'reason' }, isolate(text)));
  return ruleCell('what', make('p', { class: 'rule' }, ...ruleLine(rule)), make('p', { class: 'sub' }, idText(rule.rule_id), ' ', about), ...reasons, keep);
}

function expandRule(rule) {
  const label = `Peers, ports and interfaces of ${ruleWords(rule)}`;
  const attributes = { type: 'button', class: 'expand', 'aria-expanded': 'false', 'aria-controls': `detail-${rule.rule_id}`, 'aria-label': `${count(connectionsOf(rule.use))} connections. ${label}` };
  const button = make('button', attributes, figure(connectionsOf(rule.use)));
  button.addEventListener('click', () => toggleRule(rule, button));
  return button;
}

function drawRule(rule) {
  const { use } = rule;
  return make(
    'tr',
    { role: 'row', class: connectionsOf(use) ? 'rule-row' : 'rule-row idle' },
    ruleCell('judged', verdictBadge(rule.verdict)),
    ruleIdentity(rule),
    ruleCell('bars', drawBars(rule)),
    ruleCell('connections', expandRule(rule)),
    ruleCell('peers', atLeast(use.peer_count, use.peers_capped)),
    ruleCell('ports', atLeast(use.port_count, use.ports_capped)),
    ruleCell('last_seen', ...lastUse(rule)),
  );
}

function toggleRule(rule, button) {
  const open = button.getAttribute('aria-expanded') === 'true';
  button.setAttribute('aria-expanded', String(!open));
  const row = button.closest('tr');
  if (open) row.nextElementSibling.remove();
  else row.after(drawDetail(rule));
}

function showRules(verdict) {
  const shown = page.rules.filter((rule) => !verdict || rule.verdict === verdict);
  byId('rule-rows').replaceChildren(...shown.map(drawRule));
  byId('found').textContent = `${count(shown.length)} of ${plural(page.rules.length, 'rule', 'rules')}`;
}

function drawKind(key, text, number) {
  const input = make('input', { type: 'radio', name: 'verdict', value: key });
  input.checked = !key;
  input.addEventListener('change', () => showRules(key));
  return make('label', {}, input, `${text} `, make('span', {}, count(number)));
}

function drawRules() {
  const kinds = VERDICTS.map(({ key, text }) => [key, text, page.rules.filter(({ verdict }) => verdict === key).length]);
  byId('shows').append(drawKind('', 'All', page.rules.length), ...kinds.filter(([, , number]) => number).map((kind) => drawKind(...kind)));
  byId('rule-columns').append(...RULE_COLUMNS.map(({ key, text }) => make('th', { role: 'columnheader', scope: 'col', class: key }, text)));
  for (const id of ['rules-table', 'shows', 'found']) byId(id).hidden = !page.rules.length;
  byId('no-rules').hidden = page.rules.length > 0;
  showRules('');
}
