// Who was seen most, on which ports, and what knocked in vain.
function gatherPeers() {
  const peers = new Map();
  for (const rule of page.rules) {
    for (const [place, connections, last] of rule.use.peers) {
      const peer = peers.get(place) ?? { place, connections: 0, last: 0, services: new Set() };
      peer.connections += connections;
      peer.last = Math.max(peer.last, last);
      peer.services.add(`${rule.direction} ${rule.service}`);
      peers.set(place, peer);
    }
  }
  return [...peers.values()].sort((a, b) => b.connections - a.connections);
}

function gatherPorts() {
  const ports = new Map();
  for (const rule of page.rules) {
    for (const [service, connections] of rule.use.ports) addTo(ports, `${rule.direction} ${service}`, connections);
  }
  return [...ports].sort((a, b) => b[1] - a[1]);
}

function someServices(services) {
  const [first, second, ...rest] = services;
  const texts = [first, second].filter(Boolean).join(', ');
  return rest.length ? `${texts} + ${count(rest.length)}` : texts;
}

function fillCard(id, title, items, explain, table) {
  byId(id).append(heading(3, title), ...(items.length ? table() : [make('p', { class: 'quiet' }, explain)]));
}

function drawPeers() {
  const peers = gatherPeers().slice(0, 50);
  const most = peers[0]?.connections ?? 1;
  fillCard('top-peers', 'Top peers', peers, `No peer was seen in ${windowSpan}.`, () =>
    tableOf('The peers with the most connections', [['Peer'], ['Connections', 'number']], peers, ({ place, connections, last, services }) => {
      const [addr, name] = page.peers[place];
      return [
        [...named(name, addr), small(someServices([...services]), ' · ', whole(minute(last)))],
        [meter(connections / most), aligned(figure(connections))],
      ];
    }),
  );
}

function drawPorts() {
  const ports = gatherPorts();
  const most = ports[0]?.[1] ?? 1;
  fillCard('top-ports', 'Ports', ports, `No port was asked for in ${windowSpan}.`, () =>
    tableOf('Ports by connections', [['Port'], ['Connections', 'number']], ports, ([service, connections]) => [
      make('span', { class: 'service' }, service),
      [meter(connections / most), aligned(figure(connections))],
    ]),
  );
}

function drawKnocks() {
  const { knocks } = evidence;
  const most = knocks[0]?.records ?? 1;
  fillCard('knocks', 'Rejected knocks', knocks, `Nothing was rejected in ${windowSpan}.`, () =>
    tableOf('Rejected records by peer and port', [['Peer'], ['Records', 'number']], knocks, (each) => [
      [...named(each.peer_name, each.peer_addr), small([each.direction, each.service].filter(Boolean).join(' '), ' · ', whole(minute(each.last_seen)))],
      [meter(each.records / most, 'rejected'), aligned(figure(each.records))],
    ]),
  );
  const href = page.links?.group.Rejects;
  if (knocks.length && href) {
    const link = make('a', { href, rel: 'noopener' }, 'All that was rejected, in Dashboards');
    byId('knocks').append(make('p', {}, link));
  }
}

function drawTraffic() {
  drawPeers();
  drawPorts();
  drawKnocks();
}
