/** Single keys of a page. Its dialog lists them (macro keys_dialog) and can switch them off. */

import { choice } from "./kept.js";

/**
 * @param {Record<string, () => void>} actions what each key does; "?" opens the dialog on every page
 */
export function keys(actions) {
  const dialog = document.getElementById("tasten");
  const opener = document.getElementById("tasten-auf");
  const on = document.getElementById("tasten-an");
  const all = { "?": () => dialog.showModal(), ...actions };
  choice(on, "keys", true);
  opener.hidden = false;
  opener.addEventListener("click", () => dialog.showModal());
  document.addEventListener("keydown", (event) => {
    const used = event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey;
    if (used || !on.checked || document.querySelector("dialog[open]") || typing(event.target)) return;
    if (Object.hasOwn(all, event.key)) {
      event.preventDefault();
      all[event.key]();
    }
  });
}

function typing(target) {
  return target instanceof Element && target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]") !== null;
}
