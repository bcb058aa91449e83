'use strict';
// What every page is drawn with. Text from the account goes in as text alone: names are data.
const page = JSON.parse(document.getElementById('data').textContent);
const SVG = 'http://www.w3.org/2000/svg';
const HOUR = 3600;
const WHOLE = new Intl.NumberFormat('en');
const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'];
// What asks for action first.
const VERDICTS = [
  { key: 'unused', text: 'unused' },
  { key: 'redundant', text: 'redundant' },
  { key: 'too_wide', text: 'too wide' },
  { key: 'used', text: 'used' },
  { key: 'too_new', text: 'too new' },
  { key: 'no_evidence', text: 'no evidence' },
];

const byId = (id) => document.getElementById(id);

function fillIn(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

const make = (tag, attributes = {}, ...children) => fillIn(document.createElement(tag), attributes, children);
const draw = (tag, attributes = {}, ...children) =>
  fillIn(document.createElementNS(SVG, tag), attributes, children);

// Keeps a direction mark in a name from turning what stands beside it.
const isolate = (text) => make('bdi', {}, text);
const badge = (text, kind = '') => make('span', { class: `badge ${kind}` }, text);
const quiet = (text) => make('span', { class: 'quiet' }, text);
const small = (...children) => make('span', { class: 'small' }, ...children);

const count = (number) => WHOLE.format(number);
const plural = (number, one, more) => `${count(number)} ${number === 1 ? one : more}`;

// As wide as a column may be: in full up to seven digits.
function figure(number) {
  if (number < 10_000_000) return count(number);
  const millions = number / 1_000_000;
  return `${millions < 99.95 ? millions.toFixed(1) : count(Math.round(millions))} M`;
}

function size(bytes) {
  let power = 0;
  while (bytes >= 999.5 && power < UNITS.length - 1) {
    bytes /= 1000;
    power += 1;
  }
  return `${power && bytes < 99.95 ? bytes.toFixed(1) : Math.round(bytes)} ${UNITS[power]}`;
}

function share(part, whole) {
  const percent = (100 * part) / whole;
  if (part && percent < 1) return '< 1 %';
  return percent > 99 && part < whole ? '> 99 %' : `${Math.round(percent)} %`;
}

const toIso = (second) => new Date(second * 1000).toISOString();
const minute = (second) => toIso(second).slice(0, 16).replace('T', ' ');
const utc = (second) => `${minute(second)} UTC`;

function age(second) {
  const seconds = Date.now() / 1000 - second;
  if (seconds < 90) return 'just now';
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min ago`;
  if (seconds < 36 * HOUR) return `${Math.round(seconds / HOUR)} h ago`;
  return `${Math.round(seconds / (24 * HOUR))} days ago`;
}

const moment = (second) => make('time', { datetime: toIso(second) }, utc(second));
const elapsed = (second) =>
  make('time', { class: 'elapsed', datetime: toIso(second), title: utc(second) }, age(second));

function refreshAges() {
  for (const element of document.querySelectorAll('time.elapsed')) {
    element.textContent = age(Date.parse(element.dateTime) / 1000);
  }
}

setInterval(refreshAges, 60_000);
