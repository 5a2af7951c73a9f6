/**
 * What stays in this browser. For the time the tab is open: "ratslotse.draft", the text typed and not yet answered. For good,
 * and only once the reader has chosen it: "ratslotse.whole" (answers only when complete), "ratslotse.keys" (no single keys).
 */

function attempt(work) {
  try {
    return work();
  } catch {
    return null; // storage is switched off or full: nothing is kept
  }
}

export const draft = {
  read: () => attempt(() => sessionStorage.getItem("ratslotse.draft")) ?? "",
  /** @param {string} text "" keeps nothing */
  write: (text) =>
    attempt(() => (text ? sessionStorage.setItem("ratslotse.draft", text) : sessionStorage.removeItem("ratslotse.draft"))),
};

/**
 * Ties a checkbox to a choice that is stored only where it differs from the usual.
 * @param {HTMLInputElement} box @param {string} name @param {boolean} usual
 */
export function choice(box, name, usual) {
  const key = `ratslotse.${name}`;
  const stored = attempt(() => localStorage.getItem(key));
  box.checked = stored === null ? usual : stored === "on";
  box.addEventListener("change", () =>
    attempt(() =>
      box.checked === usual ? localStorage.removeItem(key) : localStorage.setItem(key, box.checked ? "on" : "off"),
    ),
  );
}
