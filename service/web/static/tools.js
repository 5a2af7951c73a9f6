/**
 * The tools of an answer (templates/answer_tools.html): copying with footnotes, printing, sharing and judging without leaving the
 * page. Events are heard on the document, so that answers may come later. What was done is told once, in the tools' status line.
 */

document.documentElement.classList.add("js");

const GONE = 410;

/** @param {Element} inside @param {string} text */
function tell(inside, text) {
  const status = inside.closest(".tools").querySelector(".tool-status");
  status.textContent = "";
  requestAnimationFrame(() => {
    status.textContent = text;
    status.scrollIntoView({ block: "nearest" }); // seen, and over nothing that has the focus
  });
}

/** A failure, as the element words it; if the server was restarted it knows the answer no more. */
function tellFailure(element, error) {
  tell(element, error.status === GONE ? element.closest(".tools").dataset.gone : element.dataset.failed);
}

/** The response to a form, if it is a good one. */
async function posted(form, body, headers = {}) {
  const response = await fetch(form.action, { method: "POST", body, headers });
  if (!response.ok) throw Object.assign(new Error(response.statusText), { status: response.status });
  return response;
}

/** The answer in one format, as the server writes it. */
async function written(form, format) {
  const body = new URLSearchParams(new FormData(form));
  body.set("format", format);
  return (await posted(form, body)).text();
}

/** Where the page is no secure context there is no clipboard to write to, but copying can be taken over. */
function copyByEvent(texts) {
  let copied = false;
  document.addEventListener("copy", (event) => {
    for (const [type, text] of Object.entries(texts)) event.clipboardData.setData(type, text);
    event.preventDefault();
    copied = true;
  }, { once: true });
  document.execCommand("copy");
  if (!copied) throw new Error("copy");
}

async function copy(button) {
  const form = button.form;
  try {
    const [plain, html] = [written(form, "txt"), written(form, "html")];
    if (navigator.clipboard && window.ClipboardItem) {
      const blob = (text, type) => text.then((words) => new Blob([words], { type }));
      await navigator.clipboard.write([
        new ClipboardItem({ "text/plain": blob(plain, "text/plain"), "text/html": blob(html, "text/html") }),
      ]);
    } else {
      const [text, markup] = await Promise.all([plain, html]);
      copyByEvent({ "text/plain": text, "text/html": markup });
    }
    tell(button, button.dataset.done);
  } catch (error) {
    tellFailure(button, error);
  }
}

async function copyLink(button) {
  const address = button.closest(".tool-link").querySelector('[data-share="address"]').href;
  try {
    if (navigator.clipboard) await navigator.clipboard.writeText(address);
    else copyByEvent({ "text/plain": address });
    tell(button, button.dataset.done);
  } catch (error) {
    tellFailure(button, error);
  }
}

function showLink(form, link) {
  for (const name of ["address", "revoking"]) {
    const anchor = form.querySelector(`[data-share="${name}"]`);
    anchor.href = link[name];
    anchor.textContent = link[name];
  }
  const expires = form.querySelector('[data-share="expires"]');
  expires.textContent = expires.dataset.text.replace("{day}", link.expires);
  form.querySelector(".tool-link").hidden = false;
  return expires.textContent;
}

function showJudged(form, result, verdict) {
  form.querySelector('[value="none"]').hidden = verdict === "none";
  return result.said;
}

async function send(form, submitter) {
  const body = new URLSearchParams(new FormData(form, submitter));
  try {
    const result = await (await posted(form, body, { Accept: "application/json" })).json();
    tell(form, form.dataset.tool === "share" ? showLink(form, result) : showJudged(form, result, body.get("verdict")));
  } catch (error) {
    tellFailure(form, error);
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("button[data-tool]");
  if (button?.dataset.tool === "copy") copy(button);
  if (button?.dataset.tool === "copy-link") copyLink(button);
  if (button?.dataset.tool === "print") window.print();
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.closest(".tools") || !form.dataset.tool) return;
  event.preventDefault();
  send(form, event.submitter);
});
