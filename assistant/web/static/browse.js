/* The window in which a folder of this computer, or a test set, is chosen. */

"use strict";

(() => {
  const { call, actions } = citewell;
  let field = null; // the text field that the chosen path goes into
  let kind = "";

  function dialog() {
    let found = document.getElementById("cw-browse");
    if (!found) {
      found = document.createElement("dialog");
      found.id = "cw-browse";
      found.setAttribute("aria-labelledby", "cw-browse-title");
      document.getElementById("cw-page").append(found);
    }
    return found;
  }

  async function look(place) {
    const box = dialog();
    box.innerHTML = await call("browse", { place, kind });
    if (!box.open) box.showModal();
    (box.querySelector(".cw-places button") || box.querySelector("button"))?.focus();
  }

  Object.assign(actions, {
    browse: (button) => {
      kind = button.dataset.kind;
      field = button.closest("form").querySelector("input[type=text]");
      look(field.value);
    },
    "browse-open": (button) => look(button.dataset.place),
    "browse-close": () => dialog().close(),
    "browse-choose": (button) => {
      field.value = button.dataset.place;
      field.dispatchEvent(new CustomEvent("cw-chosen", { bubbles: true }));
      dialog().close();
      field.focus();
    },
  });
})();
