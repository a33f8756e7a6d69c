// Elements. Names and values come from devices and may be hostile: they are only ever set as text
// or as attributes that cannot run. Parts of the page are found by name: what makes a part returns
// its root and whatever is set later, as a record.

/** @typedef {{ root: Element }} Part */

/** Attributes that people read or hear. */
const READ = new Set(["title", "placeholder", "aria-label", "aria-valuetext"]);

const SVG = "http://www.w3.org/2000/svg";

// The node of a text and the class as set last, so that the document is only touched where they change.
/** @type {WeakMap<Node, { root: Text, text: string }>} */
const texts = new WeakMap();
/** @type {WeakMap<Element, string>} */
const classes = new WeakMap();

/** @type {WeakMap<Element, Map<string, Part>>} */
const partsOf = new WeakMap();

/**
 * A text as people see it: what has no shape of its own, or turns the direction of what follows, lets one name look
 * like another, and is shown by its number. Scripts from Arabic to Mongolian join by some of these characters.
 *
 * @param {string} text
 */
export function visible(text) {
  return text.replace(/(?<![\u0600-\u1fff])[\u200c\u200d]|(?![\u200c\u200d])\p{Cf}/gu,
    (hidden) => `\\u{${hidden.codePointAt(0)?.toString(16)}}`);
}

/** @param {(string | Node)[]} content */
function shown(content) {
  return content.map((each) => typeof each === "string" ? visible(each) : each);
}

/** @param {string} id of an element of index.html */
export function byId(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`index.html has no ${id}`);
  return found;
}

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} className
 * @param {(string | Node)[]} content
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, className = "", ...content) {
  const made = document.createElement(tag);
  if (className !== "") made.className = className;
  made.append(...shown(content));
  return made;
}

/**
 * An element of SVG.
 *
 * @param {string} tag
 * @param {Record<string, string>} attributes
 * @param {(string | Node)[]} content
 */
export function drawn(tag, attributes = {}, ...content) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(made, name, value);
  made.append(...shown(content));
  return made;
}

/**
 * @param {string} className
 * @param {string} href
 * @param {(string | Node)[]} content
 */
export function link(className, href, ...content) {
  const made = element("a", className, ...content);
  made.href = href;
  return made;
}

/**
 * @param {string} text
 * @param {() => void} onClick
 */
export function button(text, onClick, className = "") {
  const made = element("button", className, text);
  made.type = "button";
  made.addEventListener("click", onClick);
  return made;
}

/**
 * A panel of the page with its heading.
 *
 * @param {string} title
 * @param {(string | Node)[]} content
 */
export function panel(title, ...content) {
  return element("section", "panel", element("h2", "", title), ...content);
}

/**
 * What is wider than a phone, and has nothing within that takes the focus: the keyboard scrolls it too.
 *
 * @param {string} label
 * @param {Node} content
 */
export function scrolled(label, content) {
  const made = element("div", "scroll", content);
  made.tabIndex = 0;
  made.setAttribute("role", "region");
  setAttribute(made, "aria-label", label);
  return made;
}

/**
 * @param {Node} node
 * @param {string} text
 */
export function setText(node, text) {
  const held = texts.get(node);
  if (held?.text === text) return;
  if (held === undefined || held.root.parentNode !== node) {
    const root = document.createTextNode(visible(text));
    node.textContent = "";
    node.appendChild(root);
    texts.set(node, { root, text });
  } else {
    held.root.data = visible(text); // the same node: nothing else is made anew
    held.text = text;
  }
}

/**
 * @param {Element} node
 * @param {string} className
 */
export function setClass(node, className) {
  if (classes.get(node) === className) return;
  classes.set(node, className);
  node.setAttribute("class", className);
}

/**
 * What people read of an attribute, or hear, is shown as other text is.
 *
 * @param {Element} node
 * @param {string} name
 * @param {string} value
 */
export function setAttribute(node, name, value) {
  const set = READ.has(name) ? visible(value) : value;
  if (node.getAttribute(name) !== set) node.setAttribute(name, set);
}

/**
 * @param {HTMLElement} node
 * @param {boolean} hidden
 */
export function setHidden(node, hidden) {
  if (node.hidden !== hidden) node.hidden = hidden;
}

/**
 * Makes the children of `parent` those of `items`, in order, and keeps what is there already. All
 * children of `parent` are made here.
 *
 * @template Item
 * @template {Part} Made
 * @param {Element} parent
 * @param {Item[]} items
 * @param {(item: Item) => string} key
 * @param {(item: Item) => Made} make
 * @param {(part: Made, item: Item) => void} update
 */
export function keyed(parent, items, key, make, update) {
  const before = /** @type {Map<string, Made>} */ (partsOf.get(parent) ?? new Map());
  const after = namedParts(items, key, make, before);
  partsOf.set(parent, after);
  for (const [name, part] of before) if (!after.has(name)) part.root.remove();
  place(parent, [...after.values()], [...before].filter(([name]) => after.has(name)).map(([, part]) => part));
  let at = 0;
  for (const part of after.values()) update(part, items[at++]);
}

/**
 * A part for each item, by its key. Two items of one key both have one.
 *
 * @template Item
 * @template {Part} Made
 * @param {Item[]} items
 * @param {(item: Item) => string} key
 * @param {(item: Item) => Made} make
 * @param {Map<string, Made>} before
 */
function namedParts(items, key, make, before) {
  /** @type {Map<string, Made>} */
  const after = new Map();
  for (const item of items) {
    let name = key(item);
    while (after.has(name)) name += "\n";
    after.set(name, before.get(name) ?? make(item));
  }
  return after;
}

/**
 * Puts parts in order, and moves only those that stand elsewhere: a moved node loses its focus.
 *
 * @param {Element} parent
 * @param {Part[]} wanted
 * @param {Part[]} standing those of them that stand there, in their present order
 */
function place(parent, wanted, standing) {
  const moved = new Set();
  let at = 0;
  for (const part of wanted) {
    while (moved.has(standing[at])) at++;
    if (standing[at] === part) {
      at++;
    } else {
      parent.insertBefore(part.root, standing[at]?.root ?? null);
      moved.add(part);
    }
  }
}

/** @typedef {string | Node} Content of a cell */
/** @typedef {[title: string, className?: string]} Column */

/**
 * A table with headers; `rows(items, key, contents)` sets its rows, `title(column, text)` another header.
 *
 * @param {string} caption
 * @param {Column[]} columns
 */
export function table(caption, columns) {
  const body = element("tbody");
  const heads = columns.map(([title, className]) => {
    const cell = element("th", className, title);
    cell.scope = "col";
    return cell;
  });
  const root = element("table", "", element("thead", "", element("tr", "", ...heads)), body);
  setAttribute(root, "aria-label", caption);

  function makeRow() {
    const cells = columns.map(([title, className]) => {
      const cell = element("td", className);
      // stands before the value where a row is no row (.cards)
      const { lang } = document.documentElement;
      setAttribute(cell, "data-title", title.charAt(0).toLocaleUpperCase(lang) + title.slice(1));
      return { root: cell, shown: /** @type {Node | null} */ (null) };
    });
    return { root: element("tr", "", ...cells.map((cell) => cell.root)), cells };
  }

  return {
    root,
    title: (/** @type {number} */ column, /** @type {string} */ text) => setText(heads[column], text),
    /**
     * @template Item
     * @param {Item[]} items
     * @param {(item: Item) => string} key
     * @param {(item: Item) => Content[]} contents
     */
    rows(items, key, contents) {
      keyed(body, items, key, makeRow, (row, item) => {
        const content = contents(item);
        row.cells.forEach((cell, at) => fill(cell, content[at]));
      });
    },
  };
}

/**
 * An equal node stays, and with it the focus of a link.
 *
 * @param {{ root: Element, shown: Node | null }} cell
 * @param {Content} content
 */
function fill(cell, content) {
  if (typeof content === "string") {
    setText(cell.root, content);
    cell.shown = null;
  } else if (cell.shown !== content && !cell.shown?.isEqualNode(content)) {
    texts.delete(cell.root);
    cell.root.replaceChildren(content);
    cell.shown = content;
  }
}

/**
 * A labelled choice of one; `onChange` gets its value.
 *
 * @param {string} label
 * @param {(value: string) => void} onChange
 */
export function choice(label, onChange) {
  const select = element("select");
  select.addEventListener("change", () => onChange(select.value));
  return {
    root: element("label", "choice", element("span", "", label), select),
    /**
     * @param {[value: string, name: string][]} options
     * @param {string} value
     */
    show(options, value) {
      keyed(select, options, ([key]) => key, ([key]) => {
        const option = element("option");
        option.value = key;
        return { root: option };
      }, ({ root }, [, name]) => setText(root, name));
      if (select.value !== value) select.value = value;
    },
  };
}

/**
 * Nodes by key that are made once, so that the focus stays where it is.
 *
 * @template Made
 */
export function madeOnce() {
  /** @type {Map<string, Made>} */
  const all = new Map();
  return (/** @type {string} */ key, /** @type {() => Made} */ make) => {
    const made = all.get(key) ?? make();
    all.set(key, made);
    return made;
  };
}
