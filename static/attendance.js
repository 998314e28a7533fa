/* The roster without waiting: a mark shows at once, is sent behind it, and is taken back if it was refused. */
(function () {
  "use strict";
  var said = document.querySelector("[data-said]");

  function newId() {
    var bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    var hex = Array.from(bytes, function (byte) { return (byte + 256).toString(16).slice(1); }).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  function say(text) {
    said.textContent = text;
    said.className = text ? "error" : "vh";
  }

  function standing(row) {
    var pressed = row.querySelector(".mark[aria-pressed=true]");
    return pressed ? pressed.value : "undone";
  }

  // As the server draws it: always three in a row, so that nothing moves under a thumb.
  var AWAY = { undone: ["undone"], present: ["excused"], late: ["excused"], excused: ["late"] };

  function show(row, status) {
    row.querySelectorAll(".mark").forEach(function (button) {
      button.hidden = AWAY[status].indexOf(button.value) >= 0;
      if (button.value !== "undone") { button.setAttribute("aria-pressed", String(button.value === status)); }
    });
    row.classList.toggle("done", status !== "undone");
    count();
  }

  function count() {
    ["present", "late", "excused"].forEach(function (status) {
      var marks = document.querySelectorAll(".mark[value=" + status + "][aria-pressed=true]");
      document.querySelector("[data-count=" + status + "]").textContent = marks.length;
    });
  }

  function send(form, mark) {
    return fetch(form.action, {
      method: "POST",
      credentials: "same-origin",
      headers: {
        "Content-Type": "application/json",
        "Accept": "application/json",
        "X-CSRFToken": form.elements.csrf_token.value
      },
      body: JSON.stringify({ marks: [mark] })
    }).then(function (answer) {
      return answer.json().then(function (told) { return told.marks ? told.marks[0] : { why: told.error }; });
    });
  }

  document.addEventListener("submit", function (event) {
    var form = event.target, button = event.submitter;
    if (!form.closest(".marks") || !button || button.name !== "status") { return; }
    event.preventDefault();
    var row = form.closest("li");
    if (row.kept === undefined) { row.kept = standing(row); }
    // One mark after another for each person, so that the last tap is the one that stands.
    var turn = row.turn = (row.turn || 0) + 1;
    var mark = { id: newId(), resident: form.elements.resident.value, status: button.value };
    show(row, mark.status);
    say("");
    row.sending = (row.sending || Promise.resolve()).then(function () { return send(form, mark); }).then(function (told) {
      if (told.result === "stored" || told.result === "duplicate") { row.kept = mark.status; return; }
      throw new Error(told.why || "");
    }).catch(function (error) {
      if (row.turn === turn) { show(row, row.kept); }
      var lost = error instanceof TypeError || error instanceof SyntaxError || !error.message;
      say(row.querySelector("b").textContent + " · " + (lost ? said.dataset.lost : error.message));
    });
  });

  var field = document.querySelector(".find input[type=search]");
  var rows = document.querySelectorAll("[data-roster] > li");
  field.addEventListener("input", function () {
    var typed = field.value.trim().toLowerCase().replace(/\s+/g, "");
    rows.forEach(function (row) {
      row.hidden = typed !== "" && row.dataset.find.toLowerCase().indexOf(typed) < 0;
    });
  });
})();
