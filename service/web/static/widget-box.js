/** The box that opens: what it is, the chat or the search, and the server's pages of help and law. */
import { createChat } from "./widget-chat.js";
import { make, serverLink } from "./widget-dom.js";
import { createSearch } from "./widget-search.js";
import { fetched } from "./widget-server.js";

const PAGES = {
  help: "/hilfe",
  ai: "/ki-hinweis",
  privacy: "/datenschutz",
  imprint: "/impressum",
  accessibility: "/barrierefreiheit",
};

/** {element, focus}: a region of its own, without headings, which would break the order of those of the page. */
export function createBox({ t, server, mode, body, titled }) {
  const name = t(`${mode}_open`);
  const title = titled ? make("p", { class: "title" }, name) : null; // else the button above says it
  const ai = mode === "chat" ? make("p", { class: "ai" }, t("ai_first")) : null;
  const scope = make("p", { class: "quiet" }, t("run_by", { host: new URL(server).host }));
  const status = make("p", { class: "unseen", role: "status" });
  const say = (words) => (status.textContent = words);
  const part = (mode === "chat" ? createChat : createSearch)({ t, server, body, say });
  const links = Object.entries(PAGES).map(([key, path]) => make("li", {}, serverLink(server, path, t(key), t)));
  const legal = make("ul", { class: "links", "aria-label": t("links") }, ...links);
  const element = make("section", { class: "box", "aria-label": name }, title, ai, scope, part.element, legal, status);
  introduce({ t, server, body, ai, scope, part });
  return { element, focus: () => part.field.focus() };
}

/** What the server says of itself. Without it the box tells the most needful, and the first question tells what is wrong. */
async function introduce({ t, server, body, ai, scope, part }) {
  const about = await fetched(server, "/api/v1/about", {}, t).catch(() => null);
  if (about === null) return;
  if (ai) ai.textContent = about.ai_notice;
  part.field.maxLength = about.longest_question;
  const updated = t.date(about.coverage.updated);
  const documents = t.count("document", about.coverage.documents);
  const searched = body ? t("only", { body, updated }) : t("scope", { documents, updated });
  scope.textContent = `${searched} ${scope.textContent}`;
}
