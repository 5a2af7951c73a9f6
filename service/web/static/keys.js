/**
 * Shortcuts of single keys. They rest while the reader types, chooses in a list or holds another key, and where they are
 * switched off on this computer.
 * @param {Record<string, (event: KeyboardEvent) => void>} actions by the value of ``event.key``
 */
export function keys(actions) {
  document.addEventListener("keydown", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const typing = target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
    if (typing || event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
    const action = actions[event.key];
    if (action) {
      event.preventDefault();
      action(event);
    }
  });
}
