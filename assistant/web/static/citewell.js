/* The page's own script: what a click or a key does.

   It holds what a person looks at (conversation, library, chosen documents) and sends it along
   with every call. HTML comes from the server only, where every text in it was escaped. */

"use strict";

window.citewell = (() => {
  const state = {
    conversation: new URLSearchParams(location.search).get("c") || "",
    replaces: "",
    documents: [], // ids to ask; with no folders either: all
    folders: [], // beside them, each with a separator at its end
    folded: new Set(), // folders whose files are not shown
    current: null, // the citation that is open: {turn, kind, number}
    running: false,
    loaded: false,
    asked: "", // a question that the server has not taken yet
    opening: false, // what is shown is still the conversation before
    chosen: false, // a library, since the page was opened
  };
  let trigger = null;
  let server = null;

  const byId = (id) => document.getElementById(id);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const kept = {
    get: (name) => {
      try { return localStorage.getItem(`cw-${name}`) || ""; } catch { return ""; }
    },
    has: (name) => {
      try { return localStorage.getItem(`cw-${name}`) !== null; } catch { return false; }
    },
    set: (name, value) => {
      try { localStorage.setItem(`cw-${name}`, value); } catch { /* a private window */ }
    },
  };

  /* What the person chose in this browser; null lets the server say what was chosen last. */
  const wishes = () => ({
    passages: Number(kept.get("passages")) || null,
    risk: kept.has("risk") ? Number(kept.get("risk")) : null,
    theme: kept.has("theme") ? kept.get("theme") : null,
  });
  const context = (more = {}) => ({
    language: navigator.language,
    library: kept.get("library"),
    conversation: state.conversation,
    documents: state.documents.length || state.folders.length ? state.documents : null,
    folders: state.folders,
    ...wishes(),
    quotes_only: Boolean(byId("cw-quotes")?.checked),
    ...more,
  });
  const call = (action, data = {}) =>
    server.citewell_call({ action, context: context(), ...data });

  // --- starting -----------------------------------------------------------------------------

  function connect(gradioTrigger, gradioServer) {
    trigger = gradioTrigger;
    server = gradioServer;
    if (state.loaded) return;
    state.loaded = true;
    begin();
  }

  /* Gradio puts the parts of the page in one after the other: wait until all are there. */
  function begin() {
    const needed = ["cw-transcript", "cw-question", "cw-conversations", "cw-status", "cw-source"];
    if (!needed.every(byId)) {
      setTimeout(begin, 30);
      return;
    }
    document.documentElement.lang = navigator.language.startsWith("de") ? "de" : "en";
    showTheme();
    show("ask");
    new MutationObserver(pageChanged).observe(byId("cw-page"), {
      childList: true, subtree: true, characterData: true,
    });
    trigger("change", { context: context() });
    if (!state.running) follow(); // somebody may have asked already
    listConversations();
    watchStatus();
  }

  function pageChanged() {
    // Gradio's own label says something else than what can be read on the button.
    document.querySelector("#cw-files button[aria-label]")?.removeAttribute("aria-label");
    transcriptChanged();
    documentsChanged();
    restoreSettings();
  }

  async function watchStatus() {
    let wait = 1500;
    const turn = (watchStatus.turn || 0) + 1;
    watchStatus.turn = turn;
    try {
      const status = await call("status");
      if (turn !== watchStatus.turn) return; // a later one is on its way
      const line = byId("cw-status");
      line.textContent = status.text;
      // Since the last visit. One that was chosen in this one may not have been made yet.
      const gone = !status.known && !watchStatus.timer && !state.chosen;
      if (gone) {
        kept.set("library", "");
        if (!state.running) follow();
        change("look");
      }
      line.classList.toggle("cw-problem", status.problem);
      wait = gone ? 100 : status.ready || status.problem ? 20000 : 1500;
    } catch { wait = 5000; } // the server is away for a moment
    clearTimeout(watchStatus.timer);
    watchStatus.timer = setTimeout(watchStatus, wait);
  }

  function show(view) {
    document.body.dataset.view = view;
    document.body.classList.remove("cw-menu");
    for (const button of all(".cw-views [data-view]")) {
      if (button.dataset.view === view) button.setAttribute("aria-current", "page");
      else button.removeAttribute("aria-current");
    }
    if (view !== "ask") closeSource();
    document.dispatchEvent(new CustomEvent("cw-view", { detail: view }));
    if (view === "ask" && matchMedia("(min-width: 800px)").matches) byId("cw-question")?.focus();
  }

  function showTheme() {
    const theme = kept.get("theme");
    const dark = theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    document.body.classList.toggle("dark", dark);
    for (const button of all("[data-theme]")) {
      button.setAttribute("aria-pressed", String(button.dataset.theme === theme));
    }
  }

  // --- the conversation ---------------------------------------------------------------------

  function ask(question, alone = false) {
    if (!question.trim() || state.running) return;
    const more = { question, alone, replaces: state.replaces };
    state.replaces = "";
    byId("cw-question").value = "";
    fitQuestion();
    show("ask");
    follow(more);
  }

  function open(conversation) {
    state.conversation = conversation;
    state.replaces = "";
    closeSource();
    show("ask");
    follow();
    remember();
    listConversations();
  }

  /* Ask, or open the conversation, and show what is written in it until that is done. */
  async function follow(more = {}) {
    follow.latest?.abort();
    const control = new AbortController();
    follow.latest = control;
    state.asked = more.question || "";
    state.opening = true;
    showRunning(Boolean(state.asked));
    let over = false;
    try {
      for await (const line of lines(context(more), control.signal)) {
        if (control !== follow.latest) return;
        put(line);
        over = Boolean(line.over);
      }
    } catch { /* the server is away, or something else is followed now */ }
    if (over || control !== follow.latest) return;
    if (state.asked && !byId("cw-question").value) byId("cw-question").value = state.asked;
    state.asked = "";
    showRunning(false);
    follow.wait = Math.min((follow.wait || 1000) * 2, 30000);
    setTimeout(() => control === follow.latest && follow(), follow.wait);
  }

  async function* lines(given, signal) {
    const answer = await fetch("citewell/follow", {
      method: "POST", signal, body: JSON.stringify(given),
      headers: { "Content-Type": "application/json" },
    });
    if (answer.status === 401) location.reload(); // logged out meanwhile
    if (!answer.ok) return;
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const parts = (rest + value).split("\n");
      rest = parts.pop();
      yield* parts.map((part) => JSON.parse(part));
    }
  }

  function put({ turns, live }) {
    follow.wait = 0;
    state.asked = "";
    state.opening = false;
    if (turns !== undefined) byId("cw-said").innerHTML = turns;
    if (live !== undefined) byId("cw-now").innerHTML = live;
    transcriptChanged();
  }

  function remember() {
    const address = state.conversation ? `?c=${encodeURIComponent(state.conversation)}` : "?";
    history.replaceState(null, "", address);
  }

  function transcriptChanged() {
    const live = document.querySelector("#cw-transcript .cw-live");
    const turns = document.querySelector("#cw-transcript .cw-turns");
    const shown = live?.dataset.conversation || turns?.dataset.conversation || "";
    if (shown && !state.opening && shown !== state.conversation) {
      state.conversation = shown;
      remember();
    }
    const count = all("#cw-transcript article").length;
    if (Boolean(live) !== state.running || count !== transcriptChanged.count) {
      if (!live) { listConversations(); watchStatus(); }
    }
    showRunning(Boolean(live || state.asked));
    showFound(live);
    if (live || count > (transcriptChanged.count || 0)) scrollDown(count);
    transcriptChanged.count = count;
  }

  function scrollDown(count) {
    const box = byId("cw-transcript");
    const isNew = count !== transcriptChanged.count;
    if (isNew || box.scrollHeight - box.scrollTop - box.clientHeight < 160) {
      box.scrollTop = box.scrollHeight;
    }
  }

  function showRunning(running) {
    state.running = running;
    document.body.classList.toggle("cw-running", running);
  }

  function stop() {
    const live = document.querySelector(".cw-live");
    if (live) call("stop", { job: live.dataset.job });
  }

  function fitQuestion() {
    const box = byId("cw-question");
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight, 180)}px`;
  }

  async function listConversations() {
    const html = await call("search", { search: byId("cw-search")?.value || "" });
    byId("cw-conversations").innerHTML = html;
  }

  // --- the source panel ---------------------------------------------------------------------

  const isSame = (mark, place) =>
    place && mark.dataset.turn === place.turn && mark.dataset.kind === place.kind &&
    Number(mark.dataset.number) === place.number;

  async function openSource(place, page, quietly) {
    const html = await call("source", { ...place, page });
    state.current = place;
    const panel = byId("cw-source");
    panel.innerHTML = html;
    document.body.classList.add("cw-reading");
    for (const mark of all(".cw-mark, .cw-passage")) {
      mark.classList.toggle("cw-active", Boolean(isSame(mark, place)));
    }
    count();
    const target = panel.querySelector(".cw-box") || panel.querySelector(".cw-quote");
    if (page) panel.scrollTop = 0;
    else if (target) target.scrollIntoView({ block: "center" });
    if (!quietly) panel.focus({ preventScroll: true });
  }

  // On a wide screen what was found is shown in its place while the answer is being written.
  function showFound(live) {
    const mark = live?.querySelector(".cw-found .cw-mark");
    if (!mark || mark.dataset.turn === showFound.turn || window.innerWidth < 1200) return;
    showFound.turn = mark.dataset.turn;
    openSource(placeOf(mark), undefined, true);
  }

  const placeOf = (mark) => ({
    turn: mark.dataset.turn, kind: mark.dataset.kind, number: Number(mark.dataset.number),
  });

  function neighbours() {
    const passages = state.current?.kind === "passages";
    const marks = all(`#cw-transcript ${passages ? ".cw-passage" : ".cw-sources .cw-mark"}`);
    // A passage can stand in two lists.
    return marks.filter((mark, at) => marks.findIndex((one) => isSame(one, placeOf(mark))) === at);
  }

  function step(by) {
    const marks = neighbours();
    if (!marks.length) return;
    const at = marks.findIndex((mark) => isSame(mark, state.current));
    const latest = all("#cw-transcript article[data-turn]").at(-1);
    const first = marks.findIndex((mark) => latest?.contains(mark));
    const next = at < 0 ? Math.max(first, 0) : (at + by + marks.length) % marks.length;
    openSource(placeOf(marks[next]));
  }

  function count() {
    const marks = neighbours();
    const at = marks.findIndex((mark) => isSame(mark, state.current)) + 1;
    const line = byId("cw-count");
    line.textContent = at ? line.dataset.of.replace("##", marks.length).replace("#", at) : "";
  }

  function closeSource() {
    document.body.classList.remove("cw-reading");
    for (const mark of all(".cw-active")) mark.classList.remove("cw-active");
    state.current = null;
  }

  function showTip(mark) {
    let tip = byId("cw-tip");
    if (!tip) {
      tip = document.createElement("div");
      tip.id = "cw-tip";
      tip.setAttribute("aria-hidden", "true"); // the mark's own label says the same
      document.body.append(tip);
    }
    tip.textContent = mark ? mark.dataset.quote : "";
    tip.hidden = !mark;
    if (!mark) return;
    const at = mark.getBoundingClientRect();
    const left = Math.min(Math.max(at.left - 40, 8), innerWidth - tip.offsetWidth - 8);
    const above = at.top > tip.offsetHeight + 16;
    tip.style.left = `${left}px`;
    tip.style.top = above ? `${at.top - tip.offsetHeight - 8}px` : `${at.bottom + 8}px`;
  }

  // --- the library --------------------------------------------------------------------------

  // A place is a path; under that name Gradio would take it for an uploaded file.
  function change(name, more = {}) {
    trigger("edit", { context: context({ change: name, ...more }) });
  }

  function chooseLibrary(name, what = "look") {
    kept.set("library", name);
    state.chosen = true;
    state.documents = [];
    state.folders = [];
    change(what);
    open("");
    show("library");
    watchStatus();
  }

  function documentsChanged() {
    const seen = [document.querySelector(".cw-documents"), byId("cw-scope")];
    if (seen.some((part, at) => part !== documentsChanged.seen?.[at])) {
      documentsChanged.seen = seen;
      showChosen(chosenIds());
      showFolded();
    }
    const busy = Boolean(document.querySelector("#cw-progress .cw-progress, #cw-progress .cw-phase"));
    if (documentsChanged.busy && !busy) {
      watchStatus();
      if (!state.conversation && !state.running) follow();
    }
    documentsChanged.busy = busy;
  }

  const documentBoxes = () => all(".cw-choose:not([data-folder], [value=all])");
  const lies = (box, folder) => box.closest("tbody").dataset.in.startsWith(folder);

  function chosenIds() {
    const ids = new Set(state.documents);
    for (const box of state.folders.length ? documentBoxes() : []) {
      if (state.folders.some((folder) => lies(box, folder))) ids.add(box.value);
    }
    return ids;
  }

  function choose(box) {
    const boxes = documentBoxes();
    const { folder } = box.dataset;
    const isMeant = folder ? (each) => lies(each, box.value)
      : box.value === "all" ? (each) => !each.closest("tr").hidden : (each) => each === box;
    const ids = chosenIds();
    for (const each of boxes.filter(isMeant)) {
      if (box.checked) ids.add(each.value);
      else ids.delete(each.value);
    }
    // A folder that something was taken out of is no longer chosen as a whole.
    const isWhole = (path) => boxes.every((each) => !lies(each, path) || ids.has(each.value));
    state.folders = state.folders.filter(isWhole);
    if (folder && box.checked) {
      state.folders = state.folders.filter((path) => !path.startsWith(box.value));
      state.folders.push(box.value);
    }
    state.documents = [];
    const covered = chosenIds();
    state.documents = [...ids].filter((id) => !covered.has(id));
    if (boxes.every((each) => ids.has(each.value))) { // all is what is asked anyway
      state.documents = [];
      state.folders = [];
    }
    showChosen(ids);
  }

  function showChosen(ids) {
    const chosen = new Map(); // of every folder with documents of its own: [chosen, all]
    for (const box of documentBoxes()) {
      box.checked = ids.has(box.value);
      const path = box.closest("tbody").dataset.in;
      const [some, whole] = chosen.get(path) || [0, 0];
      chosen.set(path, [some + box.checked, whole + 1]);
    }
    for (const box of all(".cw-choose[data-folder]")) {
      let [some, whole] = [0, 0];
      for (const [path, [here, there]] of chosen) {
        if (path.startsWith(box.value)) [some, whole] = [some + here, whole + there];
      }
      box.checked = whole > 0 && some === whole;
      box.indeterminate = some > 0 && some < whole;
    }
    showScope(ids.size);
  }

  function showScope(count) {
    const scope = byId("cw-scope");
    if (!scope) return;
    const { all: whole, one, some, folders } = scope.dataset;
    const names = state.folders.map(
      (path) => all(".cw-choose[data-folder]").find((box) => box.value === path)?.dataset.folder);
    let text = count === 1 ? one : some.replace("#", count);
    if (!state.documents.length && !state.folders.length) text = whole;
    else if (!state.documents.length && names.length < 3 && names.every(Boolean)) {
      text = folders.replace("#", () => names.join(", "));
    }
    if (scope.textContent !== text) scope.textContent = text;
  }

  function showFolded() {
    for (const body of all(".cw-documents tbody")) {
      const isFolded = state.folded.has(body.dataset.in);
      const isInside = [...state.folded].some(
        (path) => path !== body.dataset.in && body.dataset.in.startsWith(path));
      body.classList.toggle("cw-folded", isFolded);
      body.classList.toggle("cw-inside", isInside);
      body.querySelector(".cw-fold").setAttribute("aria-expanded", String(!isFolded));
    }
  }

  function findDocuments(words) {
    for (const body of all(".cw-documents tbody")) {
      const rows = all("tr[data-name]", body);
      for (const row of rows) row.hidden = !row.dataset.name.includes(words.toLowerCase());
      body.classList.toggle("cw-none", Boolean(words) && rows.every((row) => row.hidden));
    }
    document.querySelector(".cw-documents")?.classList.toggle("cw-searched", Boolean(words));
  }

  function restoreSettings() {
    const settings = document.querySelector(".cw-settings");
    if (settings && !settings.dataset.restored) {
      settings.dataset.restored = "yes";
      if (!kept.has("theme")) kept.set("theme", settings.dataset.themeKept);
      showTheme();
    }
  }

  const keep = () => call("keep", wishes());

  // --- what buttons do ----------------------------------------------------------------------

  function sure(button) {
    if (!button.dataset.really || button.classList.contains("cw-sure")) return true;
    const sign = button.textContent;
    button.textContent = button.dataset.really;
    button.classList.add("cw-sure");
    setTimeout(() => {
      button.textContent = sign;
      button.classList.remove("cw-sure");
    }, 3000);
    return false;
  }

  function download(name, text, type = "text/markdown") {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type }));
    link.download = name.replace(/[^\p{L}\p{N} ._-]/gu, "_").slice(-84);
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  async function copy(text) {
    try { await navigator.clipboard.writeText(text); } catch {
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy"); // the only way where the address is not a safe one
      area.remove();
    }
  }

  function judge(button, helpful) {
    const turn = button.closest("article");
    for (const name of ["helpful", "unhelpful"]) {
      const pressed = (name === "helpful") === helpful;
      turn.querySelector(`[data-action="${name}"]`).setAttribute("aria-pressed", String(pressed));
    }
    call("judge", { turn: turn.dataset.turn, helpful });
    const dialog = byId("cw-note");
    dialog.dataset.turn = turn.dataset.turn;
    dialog.dataset.helpful = helpful ? "yes" : "";
    byId("cw-note-text").value = turn.querySelector(".cw-actions").dataset.note;
    dialog.showModal();
  }

  function rename(button) {
    const item = button.closest("li");
    const title = item.querySelector(".cw-open");
    const field = document.createElement("input");
    field.value = title.textContent;
    field.setAttribute("aria-label", button.getAttribute("aria-label"));
    title.replaceWith(field);
    field.focus();
    field.select();
    let done = false;
    const end = async (save) => {
      if (done) return;
      done = true;
      const conversation = button.dataset.conversation;
      if (save) await call("rename", { conversation, title: field.value });
      listConversations();
    };
    field.addEventListener("blur", () => end(true));
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") end(true);
      if (event.key === "Escape") end(false);
    });
  }

  const questionOf = (button) => button.closest("article").dataset.question;

  const actions = {
    view: (button) => show(button.dataset.view),
    menu: () => document.body.classList.toggle("cw-menu"),
    new: () => open(""),
    open: (button) => open(button.dataset.conversation),
    stop,
    close: closeSource,
    previous: () => step(-1),
    next: () => step(1),
    page: (button) => openSource(state.current, Number(button.dataset.page)),
    samples: () => chooseLibrary("samples", "samples"),
    remove: (button) => sure(button) && change("remove", { place: button.dataset.path }),
    fold: (button) => {
      const path = button.closest("tbody").dataset.in;
      if (!state.folded.delete(path)) state.folded.add(path);
      showFolded();
    },
    reread: (button) => change("reread", { place: button.dataset.path }),
    helpful: (button) => judge(button, true),
    unhelpful: (button) => judge(button, false),
    "note-close": () => byId("cw-note").close(),
    rename,
    regenerate: (button) => {
      state.replaces = button.closest("article").dataset.turn || "";
      ask(questionOf(button), "alone" in button.dataset);
    },
    alone: (button) => {
      state.replaces = button.closest("article").dataset.turn || "";
      ask(questionOf(button), true);
    },
    edit: (button) => {
      state.replaces = button.closest("article").dataset.turn || "";
      byId("cw-question").value = questionOf(button);
      fitQuestion();
      byId("cw-question").focus();
    },
    copy: async (button) => {
      await copy(await call("copy", { turn: button.closest("article").dataset.turn }));
      const label = button.textContent;
      button.textContent = button.dataset.done;
      setTimeout(() => { button.textContent = label; }, 1500);
    },
    delete: async (button) => {
      if (!sure(button)) return;
      const { conversation } = button.dataset;
      await call("delete", { conversation });
      if (conversation === state.conversation) open("");
      else listConversations();
    },
    export: async (button) => {
      const file = await call("export", { conversation: button.dataset.conversation });
      if (file) download(`${file.name.slice(0, 80)}.md`, file.text);
    },
    theme: (button) => {
      kept.set("theme", button.dataset.theme);
      showTheme();
      keep();
    },
  };

  const forms = {
    folder: (field) => change("folder", { place: field.value.trim() }),
    make: (field) => field.value.trim() && chooseLibrary(field.value.trim(), "make"),
  };

  // --- listening ----------------------------------------------------------------------------

  document.addEventListener("click", (event) => {
    const mark = event.target.closest(".cw-mark[data-turn], .cw-passage");
    const button = event.target.closest("[data-action]");
    if (mark) {
      event.preventDefault();
      openSource(placeOf(mark));
    } else if (button) {
      actions[button.dataset.action]?.(button);
    }
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const known = form.id === "cw-form" || form.id === "cw-note-form" || form.dataset.form;
    if (!known) return;
    event.preventDefault();
    if (form.id === "cw-form") ask(byId("cw-question").value);
    else if (form.id === "cw-note-form") saveNote();
    else forms[form.dataset.form](form.querySelector("input"));
  });

  function saveNote() {
    const dialog = byId("cw-note");
    const note = byId("cw-note-text").value;
    call("judge", { turn: dialog.dataset.turn, helpful: Boolean(dialog.dataset.helpful), note });
    for (const turn of all("article[data-turn]")) {
      if (turn.dataset.turn === dialog.dataset.turn) {
        turn.querySelector(".cw-actions").dataset.note = note;
      }
    }
    dialog.close();
  }

  document.addEventListener("input", (event) => {
    const field = event.target;
    if (field.id === "cw-question") fitQuestion();
    if (field.id === "cw-search") {
      clearTimeout(listConversations.timer);
      listConversations.timer = setTimeout(listConversations, 200);
    }
    if (field.id === "cw-find") findDocuments(field.value);
    if (field.id === "cw-passages") {
      kept.set("passages", field.value);
      field.parentElement.querySelector("output").textContent = field.value;
    }
  });

  document.addEventListener("change", async (event) => {
    const field = event.target;
    if (field.classList.contains("cw-choose")) choose(field);
    if (field.id === "cw-library") chooseLibrary(field.value);
    if (field.id === "cw-risk") kept.set("risk", field.value);
    if (field.id === "cw-risk" || field.id === "cw-passages") keep();
    if (field.id === "cw-model") {
      field.disabled = true;
      setTimeout(watchStatus, 300);
      await call("model", { model: field.value });
      field.disabled = false;
      watchStatus();
    }
  });

  const isTyping = (target) =>
    target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable], dialog");

  document.addEventListener("keydown", (event) => {
    const target = event.target;
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (target.id === "cw-question" && event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      ask(target.value);
    } else if (event.key === "Escape") {
      if (document.querySelector("dialog[open]")) return;
      if (state.running) stop();
      else closeSource();
    } else if (target.matches?.("a[role=button]") && event.key === " ") {
      event.preventDefault();
      target.click();
    } else if (!isTyping(target)) {
      typed(event);
    }
  });

  function typed(event) {
    if (event.key === "/") {
      event.preventDefault();
      show("ask");
      byId("cw-question").focus();
    } else if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
      step(event.key === "ArrowRight" ? 1 : -1);
    }
  }

  for (const name of ["mouseover", "focusin"]) {
    document.addEventListener(name, (event) => {
      showTip(event.target.closest?.(".cw-mark[data-quote]"));
    });
  }

  // --- files dropped or pasted anywhere -----------------------------------------------------

  const fileInput = () => document.querySelector("#cw-files input[type=file]");
  const bringsFiles = (event) =>
    event.dataTransfer?.types.includes("Files") && !event.target.closest?.("#cw-files");
  const mayAdd = () => Boolean(document.querySelector("[data-form=folder]"));

  function addFiles(files) {
    const input = fileInput();
    if (!files.length || !input || !mayAdd()) return false;
    const list = new DataTransfer();
    for (const file of files) list.items.add(file);
    show("library");
    input.files = list.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    return true;
  }

  function showDrop(shown) {
    let cover = byId("cw-drop");
    if (!cover && shown) {
      cover = document.createElement("div");
      cover.id = "cw-drop";
      document.body.append(cover);
    }
    if (!cover) return;
    cover.textContent = document.querySelector(".cw-head").dataset.drop;
    cover.hidden = !shown;
  }

  document.addEventListener("dragover", (event) => {
    if (bringsFiles(event)) event.preventDefault();
    showDrop(Boolean(bringsFiles(event)) && mayAdd());
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) showDrop(false);
  });
  document.addEventListener("drop", (event) => {
    showDrop(false);
    if (!bringsFiles(event)) return;
    event.preventDefault();
    addFiles([...event.dataTransfer.files]);
  });
  document.addEventListener("paste", (event) => {
    const { files = [], types = [] } = event.clipboardData || {};
    // Office programs put a picture of copied words beside them.
    if (!types.includes("text/plain") && addFiles([...files])) event.preventDefault();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", showTheme);

  // The other scripts of the page build on these.
  return { connect, context, call, actions, save: download, current: () => state.current };
})();
