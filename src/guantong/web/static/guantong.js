// The little our pages do by themselves. Everything also works without it.
(function () {
  "use strict";
  var root = document.documentElement;

  // Large type, remembered on this machine.
  var KEY = "guantong-type";
  function remembered() {
    try { return localStorage.getItem(KEY); } catch (refused) { return null; }
  }
  function remember(type) {
    try { localStorage.setItem(KEY, type); } catch (refused) { /* it lasts for this page alone */ }
  }
  if (remembered() === "large") { root.dataset.type = "large"; }

  // One click makes one record: a form that was sent is not sent again until its page is shown anew.
  function release(form) {
    delete form.dataset.sent;
    form.querySelectorAll("[data-held]").forEach(function (button) {
      button.disabled = false;
      delete button.dataset.held;
    });
  }
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if ((form.getAttribute("method") || "get").toLowerCase() === "get" && !form.hasAttribute("hx-post")) { return; }
    if (form.dataset.sent) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    form.dataset.sent = "yes";
    setTimeout(function () { // the button that was pressed must still be part of what is sent
      if (event.defaultPrevented && !form.hasAttribute("hx-post")) { release(form); return; }
      if (!form.dataset.sent) { return; }
      form.querySelectorAll("button:not([type=button]), input[type=submit]").forEach(function (button) {
        if (!button.disabled) { button.disabled = true; button.dataset.held = "yes"; }
      });
    }, 0);
  }, true);
  document.addEventListener("htmx:afterRequest", function (event) {
    var form = event.target.closest("form");
    if (form) { release(form); }
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(release);
  });

  // Errors are read out and in view at once, also those that come with a part of a page.
  function showErrors() {
    var errors = document.querySelector("#errors[role=alert]");
    if (errors) { errors.focus(); }
  }
  document.addEventListener("htmx:afterSettle", showErrors);

  document.addEventListener("DOMContentLoaded", function () {
    showErrors();
    document.querySelectorAll("[data-type-switch]").forEach(function (button) {
      function told() { button.setAttribute("aria-pressed", String(root.dataset.type === "large")); }
      button.hidden = false;
      told();
      button.addEventListener("click", function () {
        root.dataset.type = root.dataset.type === "large" ? "" : "large";
        remember(root.dataset.type);
        told();
      });
    });
    document.addEventListener("click", function (event) { // a menu closes when one clicks elsewhere
      document.querySelectorAll("details.person[open]").forEach(function (menu) {
        if (!menu.contains(event.target)) { menu.open = false; }
      });
    });
  });
})();
