/** Elements without a line of HTML: whatever a text holds, it stays text. */

/** An element with attributes (true: without value; false, null: none) and children, strings among them. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false && value !== null) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== ""));
  return element;
}

/** A link to a page of the server, in a new tab, whose name says so. An address that leads elsewhere makes no link. */
export function serverLink(server, path, words, t) {
  let address;
  try {
    address = new URL(path, server);
  } catch {
    address = null;
  }
  if (address?.origin !== server) return make("span", {}, words);
  if (t.language !== "de") address.searchParams.set("language", t.language);
  const told = make("span", { class: "unseen" }, ` ${t("new_window")}`);
  return make("a", { href: address.href, target: "_blank", rel: "noopener" }, words, told);
}

/** The lines of a quotation: rows of a table as a table, a row alone as a line, all else as paragraphs. */
export function quotation(text, t) {
  const quote = make("blockquote", { lang: "de" });
  let rows = [];
  const finish = () => {
    if (rows.length > 1) quote.append(table(rows, t));
    else for (const row of rows) quote.append(make("p", {}, cells(row).filter(Boolean).join(" · ")));
    rows = [];
  };
  for (const line of text.split("\n").filter((one) => one.trim())) {
    if (line.includes(" | ")) {
      rows.push(line);
    } else {
      finish();
      quote.append(make("p", {}, line));
    }
  }
  finish();
  return quote;
}

function cells(row) {
  return row.split("|").map((cell) => cell.trim());
}

function table(rows, t) {
  const body = make("tbody");
  for (const row of rows) body.append(make("tr", {}, ...cells(row).map((cell) => make("td", {}, cell))));
  const name = { class: "wide", role: "region", tabindex: "0", "aria-label": t("table") };
  return make("div", name, make("table", {}, body));
}
