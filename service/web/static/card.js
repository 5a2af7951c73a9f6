// A card with what is known of a source, while its link is pointed at or has the keyboard's focus. It stays while the pointer
// is on it, and Escape takes it away (WCAG 1.4.13). Not on touch screens: there one tap opens the page itself.

const LEAVING = 250; // milliseconds: time to move onto the card

const card = document.createElement("div");
card.className = "card";
card.id = "quellenkarte";
card.setAttribute("role", "tooltip");
card.hidden = true;

/** @type {HTMLAnchorElement | null} */
let shown = null;
let leaving = 0;

/** @param {EventTarget | null} target */
function linkOf(target) {
  const link = target instanceof Element ? target.closest("a.cite-link") : null;
  return link instanceof HTMLAnchorElement && link.nextElementSibling instanceof HTMLTemplateElement ? link : null;
}

/** @param {HTMLAnchorElement} link */
function show(link) {
  window.clearTimeout(leaving);
  if (shown === link) return;
  hide();
  card.replaceChildren(link.nextElementSibling.content.cloneNode(true));
  card.lang = link.closest("[lang]")?.lang ?? "";
  (link.closest("dialog, main") ?? document.body).append(card);
  card.hidden = false;
  place(link);
  link.setAttribute("aria-describedby", card.id);
  shown = link;
}

function hide() {
  window.clearTimeout(leaving);
  shown?.removeAttribute("aria-describedby");
  shown = null;
  card.hidden = true;
}

/** Below the link, or above it where there is more room. @param {HTMLAnchorElement} link */
function place(link) {
  const lines = [...link.getClientRects()];
  const line = lines[lines.length - 1];
  const room = document.documentElement.clientWidth - card.offsetWidth - 8;
  const below = line.bottom + card.offsetHeight <= window.innerHeight || lines[0].top < card.offsetHeight;
  card.style.left = `${Math.max(8, Math.min(line.left, room)) + window.scrollX}px`;
  card.style.top = `${(below ? line.bottom : lines[0].top - card.offsetHeight) + window.scrollY}px`;
}

function leave() {
  window.clearTimeout(leaving);
  leaving = window.setTimeout(() => {
    if (shown !== document.activeElement || !shown?.matches(":focus-visible")) hide();
  }, LEAVING);
}

document.addEventListener("pointerover", (event) => {
  if (event.pointerType === "touch") return;
  const link = linkOf(event.target);
  if (link) show(link);
  else if (card.contains(/** @type {Node} */ (event.target))) window.clearTimeout(leaving);
  else if (shown) leave();
});
document.addEventListener("focusin", (event) => {
  const link = linkOf(event.target);
  if (link?.matches(":focus-visible")) show(link);
});
document.addEventListener("focusout", (event) => {
  if (linkOf(event.target) === shown) hide();
});
document.addEventListener("click", (event) => {
  if (linkOf(event.target)) hide();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && shown) {
    hide();
    event.preventDefault(); // the panel stays for the next one
  }
});
