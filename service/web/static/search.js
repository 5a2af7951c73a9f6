/** The search page: suggestions while typing, and keys to go through the hits. */

import { keys } from "./keys.js";
import { suggest } from "./suggest.js";

const box = /** @type {HTMLInputElement} */ (document.getElementById("q"));
suggest(box);

/** @param {number} step */
function go(step) {
  const hits = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".hits > li > h3 > a")]);
  const here = hits.findIndex((hit) => hit.closest("li")?.contains(document.activeElement));
  const next = here < 0 ? (step > 0 ? 0 : hits.length - 1) : here + step;
  hits[next]?.focus();
}

keys({
  "/": () => {
    box.focus();
    box.select();
  },
  j: () => go(1),
  k: () => go(-1),
});
