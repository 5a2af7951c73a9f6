/**
 * The one place where text of the server becomes part of the page. The server escapes all that is not its own markup; the
 * policy's name is the only one that the Content-Security-Policy lets through.
 */

const policy = window.trustedTypes?.createPolicy("ratslotse", { createHTML: (html) => html }) ?? {
  createHTML: (html) => html,
};

/** @param {string} html a piece of a page, rendered by the server @returns {DocumentFragment} */
export function fragment(html) {
  const holder = document.createElement("template");
  holder.innerHTML = policy.createHTML(html);
  return document.importNode(holder.content, true);
}

/** Tells other modules that there is something new to attach to. @param {Element} root */
export function inserted(root) {
  document.dispatchEvent(new CustomEvent("ratslotse:inserted", { detail: { root } }));
}

/**
 * Makes the children of a node those of another, and keeps each that is the same already: focus, scrolling and what the
 * reader unfolded stay where they are.
 * @param {Node} old @param {Node} now
 */
export function settle(old, now) {
  let at = old.firstChild;
  for (const child of [...now.childNodes]) {
    const equal = (one) => one.isEqualNode(child);
    // Text is kept only where it stands: a mere line end is like any other, and what lies between would be dropped.
    const same = child.nodeType === Node.TEXT_NODE ? at && equal(at) && at : after(at, equal) ?? after(at, (one) => alike(one, child));
    if (!same) {
      old.insertBefore(child, at);
      continue;
    }
    while (at !== same) at = dropped(at);
    if (!same.isEqualNode(child)) {
      for (const { name, value } of child.attributes) same.setAttribute(name, value);
      settle(same, child);
    }
    at = same.nextSibling;
  }
  while (at) at = dropped(at);
}

function after(node, fits) {
  for (let one = node; one; one = one.nextSibling) if (fits(one)) return one;
  return null;
}

function alike(one, other) {
  return one.nodeType === Node.ELEMENT_NODE && one.nodeName === other.nodeName && one.className === other.className;
}

function dropped(node) {
  const next = node.nextSibling;
  node.remove();
  return next;
}

/** Puts a piece of a page into an element, in place of what is there. @param {Element} target @param {string} html */
export function insert(target, html) {
  target.replaceChildren(fragment(html));
}
