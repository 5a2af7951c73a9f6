/**
 * <rats-lotse>: the chat or the search of this server on any web page. A page needs one script tag:
 *
 *   <script type="module" src="https://SERVER/widget.js" data-mode="chat"></script>
 *
 * puts the element where the tag stands; without data-mode the page places it itself: <rats-lotse mode="search">.
 * Attributes (with "data-" on the tag): mode, body, language, open. See docs/widget.md.
 *
 * This module is all that is loaded before a reader opens the widget. It leaves nothing in the page's global scope. The
 * shadow root is open: it keeps style sheets apart, which is its task, lets accessibility checkers look inside, and a
 * closed one would keep out nobody, as scripts of the page can do anything anyway.
 */
import { styled } from "./widget-style.js";
import { make } from "./widget-dom.js";
import { language, texts } from "./widget-texts.js";

const NAME = "rats-lotse";
const SERVER = new URL(import.meta.url).origin;
const ATTRIBUTES = ["mode", "body", "language", "open"];

class RatsLotse extends HTMLElement {
  #frame = null;
  #button = null;
  #box = null;

  connectedCallback() {
    if (this.#frame) return; // moved within its page
    const t = texts(language(this));
    this.#frame = make("div", { class: "frame", lang: t.language });
    const root = styled(this, this.#frame);
    root.addEventListener("keydown", (event) => this.#pressed(event));
    for (const name of ["keydown", "keyup", "keypress"]) root.addEventListener(name, keepTyping);
    if (this.hasAttribute("open")) {
      this.#open(t);
      return;
    }
    this.#button = make("button", { type: "button", class: "opener", "aria-expanded": "false" }, t(`${this.#mode}_open`));
    this.#button.addEventListener("click", () => (this.#isOpen ? this.#close() : this.#open(t, true)));
    this.#frame.append(this.#button);
  }

  get #mode() {
    return this.getAttribute("mode") === "search" ? "search" : "chat";
  }

  get #isOpen() {
    return this.#box !== null && !this.#box.element.hidden;
  }

  async #open(t, focused = false) {
    this.#button?.setAttribute("aria-expanded", "true");
    try {
      const { createBox } = await import("./widget-box.js");
      if (this.#box === null) {
        const body = this.getAttribute("body") || "";
        this.#box = createBox({ t, server: SERVER, mode: this.#mode, body, titled: !this.#button });
        this.#frame.append(this.#box.element);
      }
      this.#box.element.hidden = false;
      if (focused) this.#box.focus();
    } catch {
      this.#button?.setAttribute("aria-expanded", "false");
      this.#frame.querySelector(".error")?.remove();
      const link = make("a", { href: SERVER, target: "_blank", rel: "noopener" }, t("instead"));
      this.#frame.append(make("p", { class: "error", role: "alert" }, t("not_loaded"), " ", link));
    }
  }

  #close() {
    this.#box.element.hidden = true;
    this.#button.setAttribute("aria-expanded", "false");
    this.#button.focus();
  }

  #pressed(event) {
    if (event.key !== "Escape" || event.defaultPrevented || event.isComposing || !this.#button || !this.#isOpen) return;
    event.stopPropagation(); // one key, one thing closed
    this.#close();
  }
}

/** Shortcuts of the page must not take letters typed in a field here, which they cannot see is one. */
function keepTyping(event) {
  if (event.target.matches("input, textarea") && event.key !== "Escape") event.stopPropagation();
}

/** An element where each script tag with data-mode stands; for one in the head, at the end of the page. */
function placeElements() {
  for (const script of document.querySelectorAll("script[src][data-mode]")) {
    const address = new URL(script.src, document.baseURI);
    if (address.origin !== SERVER || address.pathname !== "/widget.js") continue;
    const element = document.createElement(NAME);
    for (const name of ATTRIBUTES) {
      if (name in script.dataset) element.setAttribute(name, script.dataset[name]);
    }
    if (document.body.contains(script)) script.after(element);
    else document.body.append(element);
  }
}

if (!customElements.get(NAME)) {
  customElements.define(NAME, RatsLotse);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", placeElements, { once: true });
  else placeElements();
}
