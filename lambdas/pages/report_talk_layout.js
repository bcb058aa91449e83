// Who talks to whom: what is drawn, and where. A report knows of each rule its peers, its ports and its interfaces,
// not which peer came to which interface: so the service stands between them, and ribbons meet there.
const TALK = { nodes: 9, services: 8, least: 17, gap: 7, bar: 8, top: 26 };
const severityOf = (verdict) => VERDICTS.findIndex(({ key }) => key === verdict);

function serviceLabel(rule) {
  const [first] = rule.use.ports;
  if (!first) return rule.service;
  return rule.use.port_count > 1 ? `${first[0]} + ${count(rule.use.port_count - 1)}` : first[0];
}

function nodeIn(column, key, label) {
  if (!column.has(key)) column.set(key, { key, label, weight: 0, parts: 1, verdict: undefined, links: [] });
  return column.get(key);
}

// Of the rules of one direction: weights by peer and service, and by service and interface.
function gatherTalk(direction) {
  const talk = { peers: new Map(), services: new Map(), interfaces: new Map(), left: new Map(), right: new Map() };
  for (const rule of page.rules) {
    if (rule.direction === direction && connectionsOf(rule.use)) gatherRule(talk, rule);
  }
  return talk;
}

function gatherRule(talk, rule) {
  const { use } = rule;
  const service = nodeIn(talk.services, serviceLabel(rule), serviceLabel(rule));
  if (!service.verdict || severityOf(rule.verdict) < severityOf(service.verdict)) service.verdict = rule.verdict;
  const named = use.peers.map(([place, number]) => [page.peers[place], number]);
  const total = Math.max(connectionsOf(use), sum(named.map(([, number]) => number)));
  service.weight += total;
  for (const [[addr, name], number] of named) {
    const peer = nodeIn(talk.peers, `${addr} ${name}`, name.trim() || addr);
    peer.weight += number;
    addTo(talk.left, `${peer.key}\n${service.key}`, number);
  }
  const shown = sum(named.map(([, number]) => number));
  if (total > shown) {
    addRest(talk.peers, use.peer_count - named.length, total - shown);
    addTo(talk.left, `\n${service.key}`, total - shown);
  }
  gatherInterfaces(talk, use, service, total);
}

function gatherInterfaces(talk, use, service, total) {
  for (const [place, number] of use.interfaces) {
    const id = page.interface_ids[place];
    nodeIn(talk.interfaces, id, (interfaceNames.get(id) ?? '').trim() || id).weight += number;
    addTo(talk.right, `${service.key}\n${id}`, number);
  }
  const rest = total - sum(use.interfaces.map(([, number]) => number));
  if (rest > 0) {
    addRest(talk.interfaces, use.interface_count - use.interfaces.length, rest);
    addTo(talk.right, `${service.key}\n`, rest);
  }
}

// What the report doesn't name; of several rules it may be the same, so at least so many.
function addRest(column, parts, weight) {
  const others = nodeIn(column, '', '');
  others.parts = Math.max(others.weight ? others.parts : 0, parts);
  others.weight += weight;
}

// The heaviest by themselves, all others as one.
function foldColumn(column, most, what) {
  const sorted = [...column.values()].filter((node) => node.key !== '').sort((a, b) => b.weight - a.weight || (a.key < b.key ? -1 : 1));
  const others = column.get('');
  const room = sorted.length + (others ? 1 : 0) > most ? most - 1 : most;
  const nodes = sorted.slice(0, room);
  const folded = sorted.slice(room);
  const alias = new Map(nodes.map((node) => [node.key, node]));
  if (folded.length || others) {
    const parts = folded.length + (others?.parts ?? 0);
    const verdicts = folded.map((node) => node.verdict).filter(Boolean);
    const verdict = verdicts.toSorted((a, b) => severityOf(a) - severityOf(b))[0];
    const weight = sum(folded.map((node) => node.weight)) + (others?.weight ?? 0);
    const rest = { key: '', label: parts ? `${count(parts)} more` : `other ${what}`, weight, parts, verdict, links: [] };
    nodes.push(rest);
    for (const node of folded) alias.set(node.key, rest);
    alias.set('', rest);
  }
  return { nodes, alias };
}

function foldLinks(weights, from, to) {
  const links = new Map();
  for (const [key, weight] of weights) {
    const [a, b] = key.split('\n');
    const [source, target] = [from.alias.get(a), to.alias.get(b)];
    const id = `${from.nodes.indexOf(source)} ${to.nodes.indexOf(target)}`;
    const link = links.get(id) ?? { source, target, weight: 0, verdict: source.verdict ?? target.verdict };
    link.weight += weight;
    links.set(id, link);
  }
  return [...links.values()];
}

function layOutTalk(direction) {
  const talk = gatherTalk(direction);
  const peers = foldColumn(talk.peers, TALK.nodes, 'peers');
  const services = foldColumn(talk.services, TALK.services, 'services');
  const interfaces = foldColumn(talk.interfaces, TALK.nodes, 'interfaces');
  const left = foldLinks(talk.left, peers, services);
  const right = foldLinks(talk.right, services, interfaces);
  const columns = [peers.nodes, services.nodes, interfaces.nodes];
  const counts = [talk.peers, talk.services, talk.interfaces].map((column) => sum([...column.values()].map((node) => (node.key ? 1 : node.parts))));
  const height = placeNodes(columns);
  placeLinks(left);
  placeLinks(right);
  return { columns, counts, links: [...left, ...right], height, direction };
}

// Each has room for its label; what is left is shared by weight.
function placeNodes(columns) {
  const most = Math.max(...columns.map((nodes) => nodes.length));
  const height = most * (TALK.least + TALK.gap) + Math.min(120, 24 * most);
  for (const nodes of columns) {
    const total = sum(nodes.map((node) => node.weight)) || 1;
    const free = height - nodes.length * TALK.least - (nodes.length - 1) * TALK.gap;
    let y = TALK.top;
    for (const node of nodes) {
      node.height = TALK.least + (free * node.weight) / total;
      node.y = y;
      y += node.height + TALK.gap;
    }
  }
  return height + TALK.top + 4;
}

function placeLinks(links) {
  placeEnds(links, 'source', 'target');
  placeEnds(links, 'target', 'source');
}

// At each node one beside the other, in the order of where they go.
function placeEnds(links, end, other) {
  for (const [node, own] of groupLinks(links, end)) {
    const total = sum(own.map((link) => link.weight)) || 1;
    let { y } = node;
    for (const link of own.toSorted((a, b) => a[other].y - b[other].y)) {
      const height = (node.height * link.weight) / total;
      link[`${end}Span`] = [y, y + height];
      y += height;
    }
  }
}

function groupLinks(links, end) {
  const groups = new Map();
  for (const link of links) groups.set(link[end], [...(groups.get(link[end]) ?? []), link]);
  return groups;
}
