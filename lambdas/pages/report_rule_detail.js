// What is folded out below a rule: who, on which ports, at which interfaces.
const interfaceName = (place) => {
  const id = page.interface_ids[place];
  return named(interfaceNames.get(id) ?? '', id);
};

function counted(caption, what, items, nameOf) {
  const most = Math.max(1, ...items.map(([, number]) => number));
  const rows = tableOf(
    caption,
    [[what], ['Connections', 'number']],
    items,
    ([item, number, last]) => [
      [...nameOf(item), last === undefined ? undefined : small('last seen ', minute(last))],
      [meter(number / most), aligned(figure(number))],
    ],
    8,
  );
  return make('div', {}, ...rows);
}

function restOf(kept, number, capped, what) {
  if (number <= kept && !capped) return undefined;
  return make('p', { class: 'quiet' }, `${capped ? 'At least ' : ''}${count(number)} ${what} in all; these have the most connections.`);
}

function ruleFacts(rule) {
  const { use } = rule;
  const facts = [
    ['Allowed space', space(rule.space)],
    ['Used space', space(rule.used_space)],
    ['By this rule alone', count(use.sole)],
    ['By others too', count(use.shared)],
    ['Possibly', use.unknown ? `${count(use.possible)}, of ${count(use.unknown)} nobody knows who began` : count(use.possible)],
    ['Requests', size(use.request_bytes)],
    ['Answers', size(use.response_bytes)],
    ['First seen', use.first_seen ? minute(use.first_seen) : 'never'],
    ['Known since', minute(rule.known_since)],
  ];
  const tags = rule.tags.map(tagOf);
  return make(
    'dl',
    { class: 'facts' },
    ...facts.map(([text, value]) => make('div', {}, make('dt', {}, text), make('dd', {}, value))),
    tags.length ? make('div', {}, make('dt', {}, 'Tags'), make('dd', {}, ...tags)) : undefined,
  );
}

function drawDetail(rule) {
  const { use } = rule;
  const href = page.links?.rules[rule.rule_id];
  const parts = [ruleFacts(rule)];
  if (connectionsOf(use)) {
    const peers = counted('Peers of the rule', 'Peer', use.peers.map(([place, ...rest]) => [page.peers[place], ...rest]), ([addr, name]) => named(name, addr));
    peers.append(restOf(use.peers.length, use.peer_count, use.peers_capped, 'peers') ?? '');
    const ports = counted('Ports of the rule', 'Port', use.ports, (service) => [make('span', { class: 'service' }, service)]);
    ports.append(restOf(use.ports.length, use.port_count, use.ports_capped, 'ports') ?? '');
    const interfaces = counted('Interfaces of the rule', 'Interface', use.interfaces, interfaceName);
    interfaces.append(restOf(use.interfaces.length, use.interface_count, false, 'interfaces') ?? '');
    parts.push(make('div', { class: 'columns' }, peers, ports, interfaces));
  }
  if (href) parts.push(make('p', {}, make('a', { href, rel: 'noopener', 'aria-label': `Its traffic in Dashboards: ${ruleWords(rule)}` }, 'Its traffic in Dashboards')));
  const content = make('td', { role: 'cell', colspan: RULE_COLUMNS.length }, ...parts);
  return make('tr', { role: 'row', class: 'detail', id: `detail-${rule.rule_id}` }, content);
}
