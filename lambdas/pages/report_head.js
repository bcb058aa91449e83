// What the group is and protects, and the conclusion in one line.
const { group, proposal, evidence } = page;
const groupName = group.group_name.trim() || group.group_id;
const windowSpan = plural(Math.round((evidence.window_end - evidence.window_start) / (24 * HOUR)), 'day', 'days');
const revoked = proposal.changes.filter((change) => !change.rules.length).length;
const narrowed = proposal.changes.length - revoked;
const interfaceNames = new Map(page.interfaces.map((each) => [each.interface_id, each.name]));
const ATTACHED = { attached: '', referenced: 'no interface, but referenced', unattached: 'unattached' };

function drawTitle() {
  document.title = `${groupName} · SG Lens`;
  byId('made').append('Made ', moment(page.made_at), ' · ', elapsed(page.made_at));
  byId('title').replaceChildren(isolate(groupName));
  if (ATTACHED[page.attachment]) byId('attachment').append(badge(ATTACHED[page.attachment], 'warn'));
  const tags = group.tags.map(tagOf);
  const ids = [group.group_id, page.vpc_id, page.region].filter(Boolean).map(idText);
  byId('identity').append(...ids, ...tags);
  byId('description').hidden = !group.description.trim();
  byId('description').append(isolate(group.description));
}

// --- what it protects

function countOwners() {
  const owners = new Map();
  for (const { owner } of page.interfaces) owners.set(owner, (owners.get(owner) ?? 0) + 1);
  return [...owners].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}

function listInterfaces() {
  const headings = [['Interface'], ['Owner'], ['Instance', 'whole'], ['Addresses']];
  return tableOf('Interfaces that carry the group', headings, page.interfaces, (each) => [
    named(each.name, each.interface_id),
    badge(each.owner.replaceAll('_', ' ')),
    each.instance_id ? idText(each.instance_id) : quiet('none'),
    each.addrs.flatMap((addr) => [idText(addr), ' ']),
  ]);
}

function listReferences() {
  return tableOf('Rules of other groups that name it', [['Group'], ['Rule', 'whole']], page.referenced_by, (each) => [
    named(each.group_name, each.group_id),
    idText(each.rule_id),
  ]);
}

function foldOut(summary, content) {
  const details = make('details', {}, make('summary', {}, ...summary));
  // 500 interfaces are drawn by whoever asks for them.
  details.addEventListener('toggle', () => details.children.length > 1 || details.append(...content()), { once: true });
  return details;
}

function drawProtects() {
  const owners = countOwners();
  const parts = [];
  if (owners.length) {
    const kinds = owners.map(([owner, number]) => badge(`${count(number)} ${owner.replaceAll('_', ' ')}`));
    const text = `Carried by ${plural(page.interfaces.length, 'interface', 'interfaces')}`;
    parts.push(foldOut([make('strong', {}, text), ' ', ...kinds], listInterfaces));
  } else {
    parts.push(make('p', {}, make('strong', {}, 'No interface carries it now.')));
  }
  if (page.referenced_by.length) {
    const groups = new Set(page.referenced_by.map((each) => each.group_id)).size;
    const [rules, of] = [plural(page.referenced_by.length, 'rule', 'rules'), plural(groups, 'other group', 'other groups')];
    parts.push(foldOut([make('strong', {}, `Named by ${rules} of ${of}`)], listReferences));
  }
  if (page.attachment === 'unattached') parts.push(warnUnattached());
  byId('protects').append(...parts);
}

const UNSEEN = [
  ['Launch templates and Auto Scaling groups', 'that start instances with it later'],
  ['Lambda functions', 'that are idle for weeks, until they are invoked again'],
  ['AWS Batch', 'compute environments that are idle'],
  ['CodeBuild projects', 'that build in the VPC'],
  ['ECS services and scheduled tasks', 'that run none now'],
];

function warnUnattached() {
  const items = UNSEEN.map(([what, why]) => make('li', {}, make('strong', {}, what), ` ${why}`));
  return make(
    'div',
    { class: 'card note warn' },
    make('p', {}, 'No rule of another group names it either. SG Lens doesn’t see what may use it all the same; look there before you delete it:'),
    make('ul', {}, ...items),
  );
}

// --- the conclusion

const STAYING = { too_new: 'too new to judge', no_evidence: 'without evidence', kept: 'kept by a tag' };
const ASKS = ['unused', 'redundant', 'too_wide'];

// Why rules stay, in the order of the verdicts.
function listStaying(rules) {
  const whyOf = (rule) => (rule.keep_reason !== null && ASKS.includes(rule.verdict) ? 'kept' : rule.verdict);
  const counts = new Map(['used', ...ASKS, 'kept', 'too_new', 'no_evidence'].map((key) => [key, 0]));
  for (const rule of rules) addTo(counts, whyOf(rule), 1);
  const found = [...counts].filter(([, number]) => number);
  return found.map(([key, number]) => `${count(number)} ${STAYING[key] ?? verdictText(key)}`).join(', ');
}

function conclude() {
  if (!page.rules.length) return 'The group has no rules: there is nothing to narrow.';
  const changed = new Set(proposal.changes.map((change) => change.rule_id));
  const staying = page.rules.filter((rule) => !changed.has(rule.rule_id));
  const rules = (number) => plural(number, 'rule', 'rules');
  if (!changed.size) return `Nothing to change. Rules: ${listStaying(staying)}.`;
  const parts = [revoked && `Revoke ${rules(revoked)}`, narrowed && `${revoked ? 'narrow' : 'Narrow'} ${revoked ? count(narrowed) : rules(narrowed)}`];
  const rest = staying.length ? `${count(staying.length)} stay: ${listStaying(staying)}.` : 'No other is left.';
  return `${parts.filter(Boolean).join(' and ')}. ${rest}`;
}

function prove() {
  const { replay } = proposal;
  const all = `${count(replay.connections)} recorded ${replay.connections === 1 ? 'connection' : 'connections'}`;
  if (replay.refused.length || replay.raw_refused) {
    return ['bad', `Would have refused ${plural(replay.refused.length || replay.raw_refused, 'recorded connection', 'recorded connections')}.`];
  }
  if (!replay.connections) return ['none', 'No connection was recorded, so there was none to replay.'];
  return ['good', `Replayed: none of ${all} would be refused.`];
}

function drawFigures() {
  const rules = (direction) => count(page.rules.filter((rule) => rule.direction === direction).length);
  const { score, worth } = page;
  const { coverage } = evidence;
  const figures = [
    ['Rules', count(page.rules.length), `${rules('ingress')} ingress, ${rules('egress')} egress`],
    ['To change', count(proposal.changes.length), `${count(revoked)} revoked, ${count(narrowed)} narrowed`],
    ['Score', score === null ? quiet('–') : `${score} %`, 'of the allowed bits of space used', score === null ? null : score / 100],
    ['Worth', plural(worth, 'bit', 'bits'), 'of allowed space that would go; one less halves it'],
    ['Coverage', coverage === null ? quiet('–') : percent(coverage, 1), 'of the interfaces’ hours have log data', coverage],
    ['Records', figure(evidence.records), `in ${windowSpan}, to ${day(evidence.window_end)}`],
  ];
  byId('figures').append(
    ...figures.map(([text, value, why, part]) =>
      make('div', {}, make('dt', {}, text), make('dd', {}, value, part === null || part === undefined ? undefined : meter(part), small(why))),
    ),
  );
}

function drawConclusion() {
  byId('conclusion-text').textContent = conclude();
  const [kind, text] = prove();
  byId('proof').classList.add(kind);
  byId('proof').append(make('a', { href: '#replay' }, text));
  drawFigures();
}

function drawDashboards() {
  if (!page.links) return;
  byId('dashboards').hidden = false;
  const links = Object.entries(page.links.group).map(([text, href]) =>
    make('a', { href, rel: 'noopener', 'aria-label': `${text}: traffic of ${groupName}` }, text),
  );
  byId('dashboards').append(...links);
}
