/* The models that can be fetched, in the settings: followed while one is on its way. */

"use strict";

(() => {
  const { call, actions } = citewell;
  const byId = (id) => document.getElementById(id);
  let polling = null;

  /* Keep the focus near the button that was pressed while the figures around it change. */
  function draw(list, { html, options, running }) {
    if (list.querySelector("button:active")) return; // it is being clicked on
    const row = document.activeElement?.closest?.("#cw-model-list [data-model]");
    const choice = byId("cw-model");
    if (choice && !choice.disabled && document.activeElement !== choice && !running) {
      choice.innerHTML = options;
    }
    if (list.innerHTML === html) return;
    list.innerHTML = html;
    const same = row && list.querySelector(`[data-model="${CSS.escape(row.dataset.model)}"]`);
    if (same) (same.querySelector("button") || list).focus({ preventScroll: true });
  }

  async function look() {
    clearTimeout(polling);
    if (document.body.dataset.view !== "settings") return;
    if (!byId("cw-model-list")) { polling = setTimeout(look, 300); return; } // not drawn yet
    let state = null;
    try { state = await call("models"); } catch { /* the server is away for a moment */ }
    const list = byId("cw-model-list");
    if (!list) return;
    if (state) draw(list, state);
    if (!state || state.running || byId("cw-model").disabled) polling = setTimeout(look, 700);
  }

  async function tell(action, data) {
    const problem = await call(action, data);
    const said = byId("cw-model-said");
    if (said) said.textContent = problem || "";
    look();
  }

  document.addEventListener("cw-view", (event) => {
    if (event.detail === "settings") look();
    else clearTimeout(polling);
  });

  document.addEventListener("change", (event) => {
    if (event.target.id === "cw-model") setTimeout(look, 100); // it is disabled until it is loaded
  });

  Object.assign(actions, {
    "model-pull": (button) => tell("model-pull", { name: button.dataset.name }),
    "model-stop": () => tell("model-stop", {}),
    "model-use": (button) => {
      const choice = byId("cw-model");
      choice.value = button.dataset.file;
      choice.dispatchEvent(new Event("change", { bubbles: true }));
    },
  });
})();
