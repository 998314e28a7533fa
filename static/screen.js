/* The hall's screen: asks every few seconds what to show now, and hides a code that no longer counts. */
(function () {
  "use strict";
  var hall = document.querySelector("[data-hall]");
  if (!hall) { return; }
  var find = function (name) { return hall.querySelector("[data-" + name + "]"); };
  var lost = find("lost"), asking = null, next = 0, lock = null;
  var PATIENCE = 4000, AGAIN = 3000, MARGIN = 1000;
  // From when and until when the QR and the six digits count. The machine's clock goes on while it sleeps; timers
  // and performance.now() may not. Set back meanwhile, that clock tells nothing any more.
  var until = { since: 0, link: 0, code: 0 };

  function counts(state, asked) {
    // Counted from when it was asked: the answer's way only makes it older.
    until.since = asked;
    until.link = asked + state.link_seconds * 1000 - MARGIN;
    until.code = asked + state.code_seconds * 1000 - MARGIN;
  }

  function hideExpired() {
    if (hall.dataset.phase !== "open") { return; }
    var qr = find("qr"), code = find("code"), now = Date.now();
    var unsure = now < until.since, gone = unsure || now >= until.link;
    qr.hidden = gone;
    find("gone").hidden = !gone;
    code.hidden = unsure || now >= until.code;
  }

  function say(text) {
    if (lost.textContent !== text) { lost.textContent = text; }
  }

  function show(state, asked) {
    if (state.phase !== hall.dataset.phase) { location.reload(); return; }
    say("");
    find("count").textContent = state.count;
    var names = find("names");
    if (names.textContent !== state.names.join("")) {
      names.textContent = "";
      state.names.forEach(function (name) {
        names.appendChild(document.createElement("li")).textContent = name;
      });
    }
    if (state.phase === "open") {
      find("qr").innerHTML = state.svg;
      find("code").textContent = state.code;
      counts(state, asked);
    }
    hideExpired();
    // A little after the code has changed, so that the new one comes.
    next = performance.now() + state.seconds * 1000 + 200;
  }

  function ask() {
    if (asking) { return; }
    var asked = Date.now();
    var stop = asking = new AbortController();
    var patience = setTimeout(function () { stop.abort(); }, PATIENCE);
    next = performance.now() + PATIENCE + AGAIN;
    fetch(hall.dataset.hall, {
      credentials: "same-origin", cache: "no-store", signal: stop.signal, headers: { "Accept": "application/json" }
    }).then(function (answer) {
      if (answer.ok) { return answer.json().then(function (state) { show(state, asked); }); }
      next = performance.now() + AGAIN;
      say(answer.status === 401 || answer.status === 404 ? lost.dataset.ended : lost.dataset.lost);
    }).catch(function () {
      if (asking !== stop) { return; }
      next = performance.now() + AGAIN;
      say(lost.dataset.lost);
    }).then(function () {
      clearTimeout(patience);
      if (asking === stop) { asking = null; }
    });
  }

  function tick() {
    hideExpired();
    if (performance.now() >= next) { ask(); }
  }

  function awake() {
    // What was asked before a sleep may never be answered.
    if (document.visibilityState === "hidden") { return; }
    var before = asking;
    asking = null;
    if (before) { before.abort(); }
    hideExpired();
    ask();
    keepLit();
  }

  function keepLit() {
    if (!navigator.wakeLock || (lock && !lock.released)) { return; }
    navigator.wakeLock.request("screen").then(function (held) { lock = held; }, function () {});
  }

  counts({ link_seconds: Number(hall.dataset.linkSeconds), code_seconds: Number(hall.dataset.codeSeconds) }, Date.now());
  next = performance.now() + Number(hall.dataset.seconds) * 1000;
  setInterval(tick, 500);
  document.addEventListener("visibilitychange", awake);
  window.addEventListener("pageshow", function (event) { if (event.persisted) { awake(); } });
  window.addEventListener("online", awake);
  window.addEventListener("pagehide", function () { if (asking) { asking.abort(); } });
  window.addEventListener("offline", function () { say(lost.dataset.lost); });
  keepLit();
})();
