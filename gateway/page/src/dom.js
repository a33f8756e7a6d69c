// Elements. Names and values come from devices and are hostile until shown otherwise: they are
// only ever set as text or as attributes that cannot run.

const TEXT = Symbol("text");
const CLASS = Symbol("class");
const KEY = Symbol("key");
const SVG = "http://www.w3.org/2000/svg";

export const $ = (id) => document.getElementById(id);

export function element(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

export function drawn(tag, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

export function link(className, href, ...children) {
  const made = element("a", className, ...children);
  made.href = href;
  return made;
}

export function button(text, onClick, className = "") {
  const made = element("button", className, text);
  made.type = "button";
  made.addEventListener("click", onClick);
  return made;
}

/** Touches the document only where something changed; what was set is remembered at the node. */
export function setText(node, text) {
  if (node[TEXT] !== text) {
    node[TEXT] = text;
    node.textContent = text;
  }
}

export function setClass(node, className) {
  if (node[CLASS] !== className) {
    node[CLASS] = className;
    node.setAttribute("class", className);
  }
}

export function setAttribute(node, name, value) {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

/** Makes the children of `parent` those of `items`, in order, keeping what is there already. */
export function keyed(parent, items, key, make, update) {
  const have = new Map();
  for (const child of parent.children) have.set(child[KEY], child);
  let place = parent.firstElementChild;
  for (const item of items) {
    const name = key(item);
    let child = have.get(name);
    if (child) {
      have.delete(name);
    } else {
      child = make(item);
      child[KEY] = name;
    }
    if (child === place) place = place.nextElementSibling;
    else parent.insertBefore(child, place);
    update(child, item);
  }
  while (place) { // also what stood there twice, for two items had one key
    const gone = place;
    place = place.nextElementSibling;
    gone.remove();
  }
}

/** A table with headers; rows are set with `rows(items, key, cells)`, a cell a text or a node. */
export function table(caption, headers) {
  const body = element("tbody");
  const head = element("tr", "", ...headers.map(([text, className]) => {
    const cell = element("th", className ?? "", text);
    cell.scope = "col";
    return cell;
  }));
  const root = element("table", "", element("thead", "", head), body);
  root.setAttribute("aria-label", caption);
  return {
    root,
    rows(items, key, cells) {
      keyed(body, items, key, () => element("tr", "", ...headers.map(([, className]) => element("td", className ?? ""))),
        (row, item) => cells(item).forEach((cell, at) => fill(row.children[at], cell)));
    },
  };
}

function fill(cell, content) {
  if (!(content instanceof Node)) setText(cell, content);
  else if (cell.firstChild !== content && !cell.firstChild?.isEqualNode(content)) { // keeps the focus of a link
    cell[TEXT] = undefined;
    cell.replaceChildren(content);
  }
}

/** A labelled panel of the page. */
export function panel(title, ...children) {
  return element("section", "panel", element("h2", "", title), ...children);
}
