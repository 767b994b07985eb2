/* The evaluation view, and test questions from words marked in the source panel. */

"use strict";

(() => {
  const byId = (id) => document.getElementById(id);
  const place = () => byId("cw-trials");
  const { call, actions, save } = citewell;
  let polling = null;

  // --- the view -----------------------------------------------------------------------------

  async function open() {
    place().innerHTML = await call("evaluation");
    watch();
  }

  document.addEventListener("cw-view", (event) => {
    if (event.detail === "evaluation") open();
    else clearTimeout(polling);
  });

  /* Ask again and again how far it is, as long as somebody looks. */
  async function watch() {
    clearTimeout(polling);
    if (document.body.dataset.view !== "evaluation" || !byId("cw-trial")) return;
    let state = null;
    try { state = await call("trial"); } catch { /* the server is away for a moment */ }
    const box = byId("cw-trial");
    if (!box) return;
    const before = Boolean(box.querySelector("[data-running]"));
    if (state) {
      update(box, state.html);
      if (before && !state.running) ended();
    }
    if (!state || state.running) polling = setTimeout(watch, 700);
  }

  /* Keep the focus on the stop button while the figures around it change. */
  function update(box, html) {
    if (box.querySelector("button:active")) return; // it is being clicked on
    const held = box.contains(document.activeElement);
    box.innerHTML = html;
    if (held) box.querySelector("button")?.focus();
  }

  async function ended() {
    await listRuns();
    const finished = byId("cw-trial").querySelector("[data-finished]");
    if (finished) report(finished.dataset.finished);
  }

  async function listRuns() {
    const answer = await call("trial-runs");
    if (answer.html) byId("cw-runs").innerHTML = answer.html;
  }

  function show(answer) {
    const box = byId("cw-report");
    box.innerHTML = answer.html || answer.problem || "";
    box.scrollIntoView({ block: "start" });
    box.focus({ preventScroll: true });
  }

  async function report(run) {
    show(await call("trial-report", { run }));
  }

  async function begin(action, data) {
    for (const name of ["cw-report", "cw-trial-said"]) byId(name).innerHTML = "";
    byId("cw-trial").innerHTML = "<i data-running hidden></i>";
    const answer = await call(action, data);
    byId("cw-trial-said").innerHTML = answer.problem || "";
    byId("cw-trial").scrollIntoView({ block: "nearest" });
    watch();
  }

  function start(form) {
    const { set, path, limit, how, of_library: ofLibrary, skip_bad: skipBad } = form.elements;
    begin("trial-start", {
      set: set.value || path.value.trim(),
      limit: Number(limit.value) || null,
      quotes_only: how.value === "quotes",
      of_library: ofLibrary.checked,
      skip_bad: skipBad.checked,
    });
  }

  const picked = () => [...document.querySelectorAll(".cw-pick:checked")];

  Object.assign(actions, {
    "trial-stop": () => call("trial-stop").then(watch),
    "trial-go-on": (button) => begin("trial-go-on", { run: button.dataset.run }),
    "trial-look": (button) => report(button.dataset.run),
    "trial-save": async (button) => {
      const file = await call("trial-save", { run: button.dataset.run });
      if (file.problem) show(file);
      else save(`${file.name}.html`, file.text, file.type);
    },
    "trial-compare": async () => {
      // The list begins with the latest: the earlier one is the first of a comparison.
      const [second, first] = picked().map((box) => box.value);
      show(await call("trial-compare", { first, second }));
    },
    feedback: async () => {
      const file = await call("feedback");
      save(`${file.name}.jsonl`, file.text, file.type);
    },
  });

  document.addEventListener("change", (event) => {
    const field = event.target;
    if (field.name === "set" && field.form?.id === "cw-trial-form") {
      field.form.elements.path.hidden = Boolean(field.value);
      // A set that belongs to a library is always asked of it.
      const own = "own" in field.selectedOptions[0].dataset;
      field.form.elements.of_library.closest("label").hidden = own;
    }
    if (field.classList?.contains("cw-pick")) {
      const boxes = picked();
      if (boxes.length > 2) boxes.find((box) => box !== field).checked = false;
      byId("cw-compare").disabled = boxes.length < 2;
    }
  });

  document.addEventListener("cw-chosen", (event) => {
    const { form } = event.target;
    if (form.id !== "cw-trial-form") return;
    form.elements.set.value = "";
    form.elements.set.dispatchEvent(new Event("change", { bubbles: true }));
  });

  document.addEventListener("submit", (event) => {
    if (event.target.id === "cw-trial-form") {
      event.preventDefault();
      start(event.target);
    } else if (event.target.id === "cw-mark-form") {
      event.preventDefault();
      keep();
    }
  });

  // --- marking ------------------------------------------------------------------------------

  let marked = null; // {turn, document, start, end, words}

  /* Everything is counted from the highlighted words, whose place the server has said: their
     first character is the document's character `data-start`. Positions are code points. */
  function placeOf(range, quote) {
    const section = quote.closest(".cw-document");
    const origin = Number(section.dataset.start);
    const zero = document.createRange();
    zero.setStart(quote, 0);
    zero.collapse(true);
    const offset = (container, at) => {
      const between = document.createRange();
      const sign = zero.comparePoint(container, at);
      if (sign < 0) {
        between.setStart(container, at);
        between.setEnd(quote, 0);
      } else {
        between.setStart(quote, 0);
        between.setEnd(container, at);
      }
      return origin + sign * [...between.toString()].length;
    };
    return {
      document: section.dataset.document,
      start: offset(range.startContainer, range.startOffset),
      end: offset(range.endContainer, range.endOffset),
      words: range.toString(),
    };
  }

  /* What is selected in the document's text; where nothing is, the highlighted words. */
  function selected() {
    const text = document.querySelector("#cw-source .cw-text");
    const quotes = text ? [...text.querySelectorAll(".cw-quote")] : [];
    if (!quotes.length) return null;
    const whole = document.createRange();
    whole.setStart(quotes[0], 0);
    whole.setEnd(quotes.at(-1), quotes.at(-1).childNodes.length);
    const selection = getSelection();
    const range = selection.rangeCount ? selection.getRangeAt(0) : null;
    const own = range && !range.collapsed && range.intersectsNode(text);
    return placeOf(own ? within(range, text) : whole, quotes[0]);
  }

  /* The part of a range that lies in the document's text, between the notes at its ends. */
  function within(range, text) {
    const inside = document.createRange();
    inside.selectNodeContents(text);
    const [first, last] = [text.firstElementChild, text.lastElementChild];
    if (first?.matches(".cw-note")) inside.setStartAfter(first);
    if (last?.matches(".cw-note")) inside.setEndBefore(last);
    const cut = range.cloneRange();
    if (cut.compareBoundaryPoints(Range.START_TO_START, inside) < 0) {
      cut.setStart(inside.startContainer, inside.startOffset);
    }
    if (cut.compareBoundaryPoints(Range.END_TO_END, inside) > 0) {
      cut.setEnd(inside.endContainer, inside.endOffset);
    }
    return cut;
  }

  function questionOf(turn) {
    const asked = [...document.querySelectorAll("article[data-turn]")];
    const own = asked.find((article) => article.dataset.turn === turn);
    return (own || asked.at(-1))?.dataset.question || "";
  }

  function mark() {
    const found = selected();
    const turn = citewell.current()?.turn;
    if (!found || !turn) return;
    clearTimeout(keep.timer); // the window of the question before
    marked = { ...found, turn };
    byId("cw-mark-words").textContent = marked.words.trim();
    byId("cw-mark-question").value = questionOf(turn);
    byId("cw-mark-said").innerHTML = "";
    byId("cw-mark-form").elements.answerable[0].checked = true;
    byId("cw-mark").showModal();
    byId("cw-mark-question").select();
  }

  async function keep() {
    const form = byId("cw-mark-form");
    const button = form.querySelector("[type=submit]");
    button.disabled = true;
    const answer = await call("mark", {
      ...marked,
      question: byId("cw-mark-question").value,
      answerable: form.elements.answerable.value === "yes",
    });
    button.disabled = false;
    byId("cw-mark-said").innerHTML = answer.html || answer.problem;
    if (answer.html) keep.timer = setTimeout(() => byId("cw-mark").close(), 1500);
  }

  Object.assign(actions, { mark, "mark-close": () => byId("cw-mark").close() });

  // A click on the button must not take the selection away that it is about.
  document.addEventListener("mousedown", (event) => {
    if (event.target.closest?.("[data-action=mark]")) event.preventDefault();
  });
})();
