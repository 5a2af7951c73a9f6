/**
 * Suggestions below a search box: the editable combobox with a list of the ARIA 1.2 patterns. Focus stays in the box.
 * Choosing fills the box and submits nothing; Enter submits as ever while no suggestion is chosen.
 * The box says where to ask (data-suggest) and what its texts are (data-list, data-one, data-count, data-KIND).
 */

const PAUSE = 150; // ms without typing before the server is asked
const SHORTEST = 2; // letters

/** @param {HTMLInputElement} box */
export function suggest(box) {
  const list = document.createElement("ul");
  const told = document.createElement("p");
  list.id = `${box.id}-vorschlaege`;
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", box.dataset.list ?? "");
  told.className = "hearable";
  told.setAttribute("role", "status");
  box.after(list, told);
  for (const [name, value] of Object.entries({
    role: "combobox",
    "aria-expanded": "false",
    "aria-controls": list.id,
    "aria-autocomplete": "list",
  })) {
    box.setAttribute(name, value);
  }

  let timer = 0;
  let asked = new AbortController();
  let typed = box.value;
  let chosen = -1;

  function close() {
    window.clearTimeout(timer);
    asked.abort();
    list.hidden = true;
    list.replaceChildren();
    told.textContent = "";
    chosen = -1;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  }

  /** @param {{text: string, kind: string}[]} found */
  function show(found) {
    close();
    list.replaceChildren(...found.map(option));
    list.hidden = found.length === 0;
    box.setAttribute("aria-expanded", String(found.length > 0));
    const count = (box.dataset.count ?? "").replace("#", String(found.length));
    told.textContent = found.length === 0 ? "" : found.length === 1 ? (box.dataset.one ?? "") : count;
  }

  /**
   * @param {{text: string, kind: string}} one
   * @param {number} place
   */
  function option(one, place) {
    const item = document.createElement("li");
    const text = document.createElement("span");
    const kind = document.createElement("span");
    item.id = `${list.id}-${place}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    text.lang = "de";
    text.textContent = one.text;
    kind.textContent = box.dataset[one.kind] ?? "";
    item.append(text, " ", kind);
    return item;
  }

  async function ask() {
    asked.abort();
    asked = new AbortController();
    const wanted = box.value.trim();
    if (wanted.length < SHORTEST) return close();
    try {
      const answer = await fetch(`${box.dataset.suggest}?q=${encodeURIComponent(wanted)}`, { signal: asked.signal });
      const found = answer.ok ? (await answer.json()).suggestions : [];
      if (document.activeElement === box && box.value.trim() === wanted) show(found);
    } catch {
      // Without suggestions the search works as well: stopped, or no connection.
    }
  }

  /** @param {number} place -1: what was typed */
  function choose(place) {
    list.children[chosen]?.setAttribute("aria-selected", "false");
    chosen = place;
    const item = /** @type {HTMLElement | undefined} */ (list.children[place]);
    if (!item) return box.removeAttribute("aria-activedescendant");
    item.setAttribute("aria-selected", "true");
    item.scrollIntoView({ block: "nearest" });
    box.setAttribute("aria-activedescendant", item.id);
  }

  /** @param {Element} item */
  function take(item) {
    box.value = item.firstElementChild?.textContent ?? "";
    typed = box.value;
    close();
  }

  box.addEventListener("input", () => {
    if (box.value === typed) return;
    typed = box.value;
    window.clearTimeout(timer);
    timer = window.setTimeout(ask, PAUSE);
  });
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const count = list.children.length;
    if (event.key === "Escape" && count > 0) {
      event.preventDefault(); // the first Escape closes the list, the next one empties the box
      close();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && count > 0) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      choose(((chosen + 1 + step + count + 1) % (count + 1)) - 1);
    } else if (event.key === "ArrowDown" && event.altKey) {
      event.preventDefault();
      void ask();
    } else if (event.key === "Enter" && chosen >= 0) {
      event.preventDefault();
      take(list.children[chosen]);
    }
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // focus stays in the box
  list.addEventListener("click", (event) => {
    const item = /** @type {Element} */ (event.target).closest("[role=option]");
    if (item) take(item);
  });
  box.addEventListener("blur", close);
  box.form?.addEventListener("submit", close);
}
