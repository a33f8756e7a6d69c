// Machines and the templates that they are like: "ten presses like this one".

import { button, element, setAttribute, setText } from "./dom.js";
import { t } from "./i18n.js";
import { clone, efficiencyOf, mainRows, rowList } from "./configrows.js";
import { CYCLE_TIME, MACHINES, TEMPLATES, TIMES } from "./configsettings.js";
import { machineFolds } from "./configsignals.js";
import { field } from "./sheet.js";

/** @typedef {import("./configfields.js").Column} Column */
/** @typedef {import("./configfields.js").Form} Form */
/** @typedef {import("./configfields.js").Group} Group */
/** @typedef {import("./configfields.js").Keys} Keys */

const MOST_AT_ONCE = 200;

/**
 * The names of all templates, here and in the main file.
 *
 * @param {Form} form
 * @returns {string[]}
 */
function templateNames(form) {
  const all = [...(form.draft.efficiency?.templates ?? []), ...(form.main.efficiency?.templates ?? [])];
  return [...new Set(all.map(({ name }) => String(name ?? "")))].filter((name) => name !== "");
}

/**
 * The names of machines that go on from one: press-01 gives press-02, press-03.
 *
 * @param {string} asset
 * @param {number} from
 * @param {number} to
 * @returns {string[]}
 */
export function numbered(asset, from, to) {
  const digits = /\d+$/.exec(asset)?.[0] ?? "";
  const stem = asset.slice(0, asset.length - digits.length);
  const length = Math.max(digits.length, 1);
  const count = Math.min(Math.max(to - from + 1, 0), MOST_AT_ONCE);
  return Array.from({ length: count }, (_, at) => `${stem}${String(from + at).padStart(length, "0")}`);
}

/**
 * The template of a machine; one is made of what it has itself where it is like none.
 *
 * @param {Form} form
 * @param {Group} machine
 */
function templateOf(form, machine) {
  if (machine.like !== undefined) return machine.like;
  const efficiency = efficiencyOf(form);
  const { asset, ...own } = machine;
  const last = String(asset ?? "").split("/").at(-1) ?? "";
  const base = last.replace(/[^A-Za-z0-9._-]/g, "").replace(/-?\d+$/, "") || "machine";
  const taken = templateNames(form);
  let name = base;
  for (let at = 2; taken.includes(name); at++) name = `${base}-${at}`;
  efficiency.templates = [...(efficiency.templates ?? []), { name, ...clone(own) }];
  for (const key of Object.keys(own)) delete machine[key];
  machine.like = name;
  return name;
}

/** @param {string} label */
function numberField(label) {
  const input = element("input");
  input.type = "number";
  input.min = "0";
  input.required = true;
  return { root: field(label, input), input };
}

/**
 * The form that adds machines like one.
 *
 * @param {Form} form
 */
function moreLike(form) {
  const heading = element("h4");
  const from = numberField(t("config.moreFrom"));
  const to = numberField(t("config.moreTo"));
  const shown = element("p", "quiet");
  /** @type {Group} */
  let machine = {};
  const names = () => numbered(String(machine.asset ?? ""), Number(from.input.value), Number(to.input.value));
  const say = () => setText(shown, t("config.moreNames", names().length, names().slice(0, 2).join(", ")));
  const root = element("form", "config-row config-more", heading, from.root, to.root, shown,
    element("button", "", t("config.moreAdd")), button(t("act.close"), () => {
      root.hidden = true;
    }));
  root.hidden = true;
  for (const { input } of [from, to]) input.addEventListener("input", say);
  root.addEventListener("submit", (event) => {
    event.preventDefault();
    const efficiency = efficiencyOf(form);
    const like = templateOf(form, machine);
    const taken = new Set((efficiency.machines ?? []).map((/** @type {Group} */ one) => one.asset));
    const added = names().filter((asset) => !taken.has(asset)).map((asset) => ({ asset, like }));
    const at = (efficiency.machines ?? []).length;
    efficiency.machines = [...(efficiency.machines ?? []), ...added];
    form.changed();
    form.redraw(["efficiency", "machines", added.length > 0 ? at : at - 1, "asset"]);
  });
  return {
    root,
    /** @param {Group} one */
    ask(one) {
      machine = one;
      const last = Number(/\d+$/.exec(String(one.asset ?? ""))?.[0] ?? 0);
      setText(heading, t("config.moreOf", String(one.asset ?? "")));
      from.input.value = String(last + 1);
      to.input.value = String(last + 9);
      say();
      root.hidden = false;
      to.input.focus();
    },
  };
}

/** The ideal cycle stands in its fold where it is more than one time. @param {Group} item */
const times = (item) => (typeof item[CYCLE_TIME.key] === "object" ? TIMES : [CYCLE_TIME, ...TIMES]);

/** @param {Form} form */
export function machinePart(form) {
  const holder = efficiencyOf(form);
  const more = moreLike(form);
  const names = templateNames(form);
  const [asset, like] = MACHINES.columns;
  const [name] = TEMPLATES.columns;
  /** @type {Column} */
  const liked = {
    ...like,
    options: () => [["", t("config.likeNone")], ...names.map((one) => /** @type {[string, string]} */ ([one, one]))],
  };
  /** @type {(item: Group, at: Keys) => Node[]} */
  const below = (item, at) => machineFolds(form, item, at);
  const path = ["efficiency"];
  return element("div", "",
    element("p", "quiet", t("config.machinesWhy")),
    element("h3", "", t("config.templates")),
    rowList(form, {
      holder, part: TEMPLATES, path, columns: (item) => [name, ...times(item)], add: "config.addTemplate", below,
    }),
    ...mainRows(form, "templates", "name"),
    element("h3", "", t("config.machines")),
    rowList(form, {
      holder, part: MACHINES, path, columns: (item) => [asset, liked, ...times(item)], add: "config.addMachine", below,
      more: (item) => {
        const ask = button(t("config.more"), () => more.ask(item));
        setAttribute(ask, "aria-label", t("config.moreOf", String(item.asset ?? "")));
        return [ask];
      },
    }),
    more.root,
    ...mainRows(form, "machines", "asset"));
}
