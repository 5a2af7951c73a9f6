// The one place where HTML enters a page: rendered by this site's own templates.

const policy = window.trustedTypes?.createPolicy("ratslotse", { createHTML: (html) => html });

/**
 * Puts HTML rendered by this site into an element, in place of what is there.
 * @param {Element} target
 * @param {string} html
 */
export function insert(target, html) {
  target.innerHTML = policy ? policy.createHTML(html) : html;
}
