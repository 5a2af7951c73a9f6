// A click on a citation shows the cited page beside the answer: on wide screens next to it, on narrow ones as a sheet over it.
// The links stay links: with Ctrl, in a new tab or without this module they lead to the document.

import { insert } from "./fragments.js";

const wide = window.matchMedia("(min-width: 64rem)");

/** @type {HTMLDialogElement | null} */
let panel = null;
/** The link that was clicked: focus goes back to it. @type {HTMLAnchorElement | null} */
let opener = null;
/** On the way back from the sheet's entry of the history. */
let returning = false;
/** Of the page that was asked for last; an earlier answer that comes late is dropped. @type {AbortController | null} */
let asked = null;

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("a.cite-link, .panel a.leaf-link") : null;
  if (!(link instanceof HTMLAnchorElement) || event.defaultPrevented || event.button !== 0) return;
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const template = document.getElementById("tafel-vorlage");
  if (!(template instanceof HTMLTemplateElement)) return;
  event.preventDefault();
  panel ??= built(template);
  if (link.classList.contains("leaf-link")) {
    void show(link.href, link);
    return;
  }
  opener = link;
  title().textContent = link.textContent.replace(/\]\s+/, ": ").replace(/[[\]]/g, "").trim(); // "[Quelle 1] Seite 3"
  title().lang = link.lang;
  open();
  void show(pageOf(link.href), link);
});

/** The address of the cited page alone: "/dokumente/ID?start=…" becomes "/dokumente/ID/seite?start=…". @param {string} href */
function pageOf(href) {
  const url = new URL(href);
  url.pathname += "/seite";
  url.hash = "";
  return url.href;
}

/** @param {HTMLTemplateElement} template */
function built(template) {
  const made = template.content.cloneNode(true).querySelector("dialog");
  document.body.append(made);
  made.querySelector(".panel-close").addEventListener("click", () => made.close());
  made.addEventListener("close", closed);
  made.addEventListener("click", (event) => {
    if (event.target === made) made.close(); // the backdrop of the sheet
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented && made.open && !made.matches(":modal")) made.close();
  });
  wide.addEventListener("change", () => {
    if (!made.open) return;
    made.close(); // the event comes when it is open again
    open();
  });
  return made;
}

function open() {
  if (!panel.open) {
    if (wide.matches) panel.show();
    else {
      panel.showModal();
      history.pushState({ ...history.state, sheet: true }, "");
    }
  }
  document.body.classList.toggle("with-panel", wide.matches);
  title().focus({ preventScroll: true });
}

function closed() {
  if (panel.open) return;
  asked?.abort();
  document.body.classList.remove("with-panel");
  if (opener?.isConnected) opener.focus({ preventScroll: false });
  returning = Boolean(history.state?.sheet);
  if (returning) history.back();
}

/** Going back closes the sheet, which covers the page, and leaves the page as it is. Nobody else needs to hear of it. */
addEventListener("popstate", (event) => {
  const closes = panel?.matches("[open]:modal");
  if (!closes && !returning && !event.state?.sheet) return;
  event.stopImmediatePropagation();
  returning = false;
  if (closes) panel.close();
}, { capture: true });

/**
 * Loads a page into the panel.
 * @param {string} address
 * @param {HTMLAnchorElement} link that leads to it
 */
async function show(address, link) {
  asked?.abort();
  asked = new AbortController();
  const { signal } = asked;
  const [body, loading, failed] = [".panel-body", ".panel-loading", ".panel-failed"].map((name) => panel.querySelector(name));
  const kind = ["rel", "textContent"].map((name) => link[name]).join(" ");
  body.setAttribute("aria-busy", "true");
  loading.hidden = false;
  failed.hidden = true;
  try {
    const url = new URL(address);
    url.searchParams.set("teil", "1");
    const response = await fetch(url, { signal });
    if (!response.ok) throw new Error(`${response.status}`);
    insert(body, await response.text());
    ready(body);
    if (link.classList.contains("leaf-link")) refocus(body, kind);
  } catch (error) {
    if (signal.aborted) return;
    body.replaceChildren();
    failed.querySelector("a").href = opener?.href ?? address;
    failed.hidden = false;
  }
  loading.hidden = true;
  body.removeAttribute("aria-busy");
}

/** Brings the marked words into view, once the picture has its size; without a picture the text stands in. @param {Element} body */
function ready(body) {
  body.scrollTop = 0;
  const picture = body.querySelector(".sheet img");
  const seen = () => {
    body.querySelector("#zitat")?.scrollIntoView({ block: "nearest", inline: "start" });
    const sheet = body.querySelector(".sheet");
    const edges = [...body.querySelectorAll(".sheet rect")].map((frame) => frame.getBoundingClientRect().left);
    if (edges.length) sheet.scrollLeft += Math.min(...edges) - sheet.getBoundingClientRect().left - 8; // no frame begins out of sight
  };
  if (!(picture instanceof HTMLImageElement)) {
    seen();
    return;
  }
  picture.addEventListener("load", seen, { once: true });
  picture.addEventListener("error", () => {
    const text = body.querySelector(".views li:last-child a");
    if (text instanceof HTMLAnchorElement) void show(text.href, text);
  }, { once: true });
}

/** The link that was followed is gone: its successor gets the focus, else the title. @param {Element} body @param {string} kind */
function refocus(body, kind) {
  const links = [...body.querySelectorAll("a.leaf-link")];
  const same = links.find((other) => ["rel", "textContent"].map((name) => other[name]).join(" ") === kind);
  (same ?? title()).focus({ preventScroll: true });
}

/** @returns {HTMLElement} */
function title() {
  return panel.querySelector("#tafel-titel");
}
