// Comfort for a form that sends a file (form[data-upload]): drop zone, name and size, progress of the sending.
// Without it the form posts as any form does. The answer replaces <main>, whatever its status.
"use strict";

(() => {
  const FRENCH = document.documentElement.lang === "fr";
  const UNITS = FRENCH ? ["octets", "ko", "Mo", "Go"] : ["bytes", "kB", "MB", "GB"];

  function size(bytes) {
    let value = bytes;
    let unit = 0;
    while (value >= 1000 && unit < UNITS.length - 1) { value /= 1000; unit += 1; }
    const text = value.toLocaleString(document.documentElement.lang, { maximumFractionDigits: unit ? 1 : 0 });
    return `${text}\u202f${UNITS[unit]}`;
  }

  function showChosen(zone, input) {
    const files = [...input.files];
    zone.classList.toggle("chosen", files.length > 0);
    zone.querySelector("[data-chosen]").textContent = files.map((file) => `${file.name} (${size(file.size)})`).join(", ");
  }

  function makeDroppable(zone) {
    const input = zone.querySelector('input[type="file"]');
    if (!input) return;
    zone.classList.add("ready");
    let depth = 0; // a dragenter on a child precedes the dragleave of its parent
    const over = (step) => { depth = Math.max(0, depth + step); zone.classList.toggle("over", depth > 0); };
    zone.addEventListener("dragenter", (event) => { event.preventDefault(); over(1); });
    zone.addEventListener("dragleave", () => over(-1));
    zone.addEventListener("dragover", (event) => event.preventDefault());
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      over(-depth);
      const dropped = [...event.dataTransfer.files];
      if (!dropped.length) return;
      const kept = new DataTransfer();
      (input.multiple ? dropped : dropped.slice(0, 1)).forEach((file) => kept.items.add(file));
      input.files = kept.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
    input.addEventListener("change", () => showChosen(zone, input));
  }

  // A file dropped beside the zone would make the browser leave the page and open it.
  function guardThePage() {
    for (const name of ["dragover", "drop"]) {
      window.addEventListener(name, (event) => { if (!event.target.closest?.("[data-drop]")) event.preventDefault(); });
    }
  }

  function showAnswer(request, form) {
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    const answer = page.querySelector("main");
    if (!answer) { // not one of our pages: let the browser show what there is
      window.location.assign(request.responseURL || form.action);
      return;
    }
    document.title = page.title || document.title;
    const main = document.querySelector("main");
    main.replaceWith(answer);
    if (request.responseURL && request.responseURL !== window.location.href) {
      window.history.pushState({ replaced: true }, "", request.responseURL);
    }
    prepare(answer);
    window.htmx?.process(answer); // the report of a file asks for its own progress
    window.scrollTo(0, 0);
    const heading = answer.querySelector("h1");
    const first = answer.querySelector("[role=alert], .notice") || heading || answer;
    first.setAttribute("tabindex", "-1");
    first.focus({ preventScroll: true });
  }

  function send(form, submitter) {
    const panel = form.querySelector("[data-progress]");
    const bar = panel.querySelector("progress");
    const text = panel.querySelector("[data-progress-text]");
    const buttons = form.querySelectorAll("button, input[type=submit]");
    const body = new FormData(form, submitter || undefined);
    const request = new XMLHttpRequest();

    const working = (yes) => { panel.hidden = !yes; buttons.forEach((button) => { button.disabled = yes; }); };
    const failed = () => { working(false); panel.hidden = false; bar.hidden = true; text.textContent = text.dataset.failed; };

    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      const percent = Math.floor((100 * event.loaded) / event.total);
      bar.value = percent;
      // Said aloud every quarter only: a screen reader that counts to a hundred helps nobody.
      const told = percent - (percent % 25);
      text.textContent = `${text.dataset.sending} ${told}\u202f% (${size(event.total)})`;
    });
    request.upload.addEventListener("load", () => { bar.removeAttribute("value"); text.textContent = text.dataset.reading; });
    request.addEventListener("load", () => showAnswer(request, form));
    request.addEventListener("error", failed);
    request.addEventListener("timeout", failed);
    request.addEventListener("abort", failed);

    bar.hidden = false;
    bar.value = 0;
    working(true);
    request.open(form.method, form.action || window.location.href);
    request.send(body);
  }

  function prepare(root) {
    root.querySelectorAll("form[data-upload]").forEach((form) => {
      form.querySelectorAll("[data-drop]").forEach(makeDroppable);
      if (!form.querySelector("[data-progress] progress")) return;
      form.addEventListener("submit", (event) => { event.preventDefault(); send(form, event.submitter); });
    });
  }

  prepare(document);
  if (document.querySelector("form[data-upload]")) guardThePage();
  // Back to the page before the answer: what is shown must be what the address says.
  window.addEventListener("popstate", () => window.location.reload());
})();
