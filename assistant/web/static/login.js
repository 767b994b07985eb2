/* Logging in. Without this script nobody can; Gradio answers with JSON, not with a page. */

"use strict";

(() => {
  let theme = "";
  try { theme = localStorage.getItem("cw-theme") || ""; } catch { /* a private window */ }
  const dark = theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.body.classList.toggle("dark", dark);

  const form = document.getElementById("cw-login-form");
  const wrong = form.querySelector("[role=alert]");
  form.username.focus();
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    wrong.hidden = true;
    const response = await fetch("login", { method: "POST", body: new FormData(form) });
    if (response.ok) {
      location.reload();
      return;
    }
    wrong.hidden = false;
    form.password.value = "";
    form.password.focus();
  });
})();
