// Who acts at this page: the user who has logged in, or a name that is typed once and kept, which
// nobody checks.

import { button, element, setText } from "./dom.js";
import { t } from "./i18n.js";
import { userName } from "./session.js";

const STORED = "weir-who";
const MOST = 128; // as the gateway takes it

export const who = {
  get: () => userName() || (localStorage.getItem(STORED) ?? ""),
  set: (/** @type {string} */ name) => localStorage.setItem(STORED, name),
};

/**
 * The line of a form that says who acts, and asks for a name where there is none.
 */
export function whoLine() {
  const input = element("input");
  input.maxLength = MOST;
  input.autocomplete = "name";
  input.required = true;
  input.value = who.get();
  const ask = element("label", "field", element("span", "", t("who.name")), input);
  const name = element("b");
  const isUser = userName() !== "";
  const said = element("p", "who", name, element("span", "quiet", ` ${t(isUser ? "who.verified" : "who.unverified")} `),
    ...(isUser ? [] : [button(t("who.change"), () => show(true))]));
  const missing = element("p", "down-text");
  missing.setAttribute("role", "alert");

  /** @param {boolean} asking */
  function show(asking) {
    ask.hidden = !asking;
    said.hidden = asking;
    setText(name, who.get());
    if (asking) input.focus();
  }
  show(who.get() === "");

  return {
    root: element("div", "who-line", ask, said, missing),
    /** The name, which is kept; "" where none is given, which is said then. */
    name() {
      if (ask.hidden) return who.get();
      const given = input.value.trim();
      setText(missing, given === "" ? t("who.missing") : "");
      if (given === "") {
        input.focus();
        return "";
      }
      who.set(given);
      show(false);
      return given;
    },
  };
}
