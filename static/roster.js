/* The roster's page: a mark shows at once and is kept on the phone until the server has it (queue.js). Without a
   network the page comes from the worker, without a name in it, and is filled from what this phone kept. */
(function () {
  "use strict";
  var queue = window.readingQueue, box = document.querySelector("[data-phone]");
  var words = JSON.parse(box.dataset.words), list = document.querySelector("[data-roster]");
  var path = location.pathname.match(/^\/events\/([0-9a-f-]{36})\/roster$/);
  var event = box.dataset.event || path && path[1], isShell = !box.dataset.event;
  var said = box.querySelector("[data-said]"), kept = box.querySelector("[data-kept]");
  var field = document.querySelector(".find input[type=search]");
  var AGAIN_MS = 10000, OLD_MS = 120000, SOON_MS = 1500, OFF = "[data-off], #walk-in, #heads, [data-scan], [data-ready]";
  var keys = {}, drawn = {}, got = 0, rounds = 0, isEmpty = false, off = false;
  // As the server draws it: always three in a row, so that nothing moves under a thumb.
  var AWAY = { "": ["undone"], present: ["excused"], late: ["excused"], excused: ["late"] };

  function fill(text, values) {
    return text.replace(/\{(\w+)\}/g, function (_whole, name) { return values[name]; });
  }

  function row(key) { return document.getElementById(key); }

  /* -- people ------------------------------------------------------------------------------------------- */

  function show(line, status, pending) {
    var state = status + (pending ? " pending" : "") + (off ? " off" : "");
    if (line.dataset.state === state) { return; }
    line.dataset.state = state;
    line.querySelectorAll(".mark").forEach(function (button) {
      button.disabled = off && button.value !== "undone";
      button.hidden = AWAY[status].indexOf(button.value) >= 0 || button.disabled && button.value !== status;
      if (button.value !== "undone") { button.setAttribute("aria-pressed", String(button.value === status)); }
    });
    line.classList.toggle("done", status !== "");
    line.classList.toggle("wait", Boolean(pending));
  }

  function notes(kind, one) {
    if (kind === "g") { return one.waiting ? words.confirm : words.guest; }
    return [one.home, words[one.why] || ""].filter(Boolean).join(" · ");
  }

  function make(kind, one) {
    var line = document.querySelector("[data-line]").content.firstElementChild.cloneNode(true);
    line.id = kind + "-" + one.id;
    line.querySelector("b").textContent = one.name;
    line.querySelectorAll(".mark").forEach(function (button) {
      button.name = line.id;
      button.setAttribute("aria-label", button.textContent + words.colon + one.name);
    });
    var away = line.querySelector(one.mine ? ".marks" : "small.soft");
    if (away) { away.remove(); }
    list.appendChild(line);
    return line;
  }

  function person(kind, one) {
    var key = kind + "-" + one.id, state = [one.name, one.status, one.pending, one.why, one.waiting, off].join();
    if (drawn[key] === state) { return; }
    var line = row(key);
    if (!line) {
      if (!list || !list.hasAttribute("data-roster") || !one.name || (!one.why && !one.status && kind === "r")) { return; }
      line = make(kind, one);
    }
    drawn[key] = state;
    keys[key] = (one.name + " " + (one.keys || "")).toLowerCase();
    if (line.querySelector("b").textContent !== one.name) { line.querySelector("b").textContent = one.name; }
    var note = line.querySelector(".who small"), text = notes(kind, one);
    if (note.textContent !== text && text) { note.textContent = text; }
    show(line, one.status || "", one.pending);
  }

  function number(name, value) {
    var shown = document.querySelector("[data-count=" + name + "]");
    if (shown && shown.textContent !== String(value)) { shown.textContent = value; }
  }

  function draw(roster) {
    if (!roster) { return; }
    off = Boolean(roster.event.cancelled);
    callOff();
    roster.people.forEach(function (one) { person("r", one); });
    roster.guests.forEach(function (one) { person("g", one); });
    // A walk-in that could not be kept is nobody's line any more.
    if (list) {
      list.querySelectorAll(".wait[id^=g-]").forEach(function (line) {
        if (!roster.guests.some(function (one) { return "g-" + one.id === line.id; })) { line.remove(); }
      });
    }
    Object.keys(roster.counts).forEach(function (name) { number(name, roster.counts[name]); });
    var counted = document.querySelector("#number-hint");
    if (counted && roster.headcount !== null) { counted.textContent = fill(words.counted, { num: roster.headcount }); }
    if (isShell) { head(roster); }
    if (field.value) { find(); }
  }

  function callOff() {  // nothing new is noted then; what stands can be taken back
    document.querySelectorAll(OFF).forEach(function (one) { one.hidden = one.matches("[data-off]") !== off; });
  }

  function head(roster) {
    document.querySelector("[data-title]").textContent = roster.event.title;
    document.querySelector("[data-when]").textContent = roster.event.when + " · " + roster.event.venue;
    document.querySelector("[data-filled]").hidden = false;
    // Until the server answered for the first time, this page is here for want of a network.
    var isAway = queue.state.offline !== false || !navigator.onLine, asOf = box.querySelector("[data-as-of]");
    asOf.textContent = fill(isAway ? words.offline : words.as_of, { time: roster.downloaded_at.slice(11, 16) });
  }

  /* -- what waits, and what was refused ----------------------------------------------------------------------- */

  function tell() {
    var own = queue.items, all = own.filter(function (one) { return one.state === "waiting" && !one.unsaved; });
    var waits = all.length, state = queue.state;
    // With a network a mark is gone in a moment: nothing flickers for that.
    var soon = waits && navigator.onLine && !state.offline && !state.signIn && Date.now() - all[0].turn / 1000 < SOON_MS;
    if (soon) { setTimeout(tell, SOON_MS); }
    kept.hidden = !waits || soon;
    kept.querySelector("b").textContent = fill(waits === 1 ? words.kept_one : words.kept_many, { num: waits });
    kept.querySelector("[data-sign-in]").hidden = !queue.state.signIn;
    kept.querySelector("[data-trouble]").textContent = queue.state.trouble;
    own.filter(function (one) { return one.state === "refused"; }).forEach(refused);
    (queue.state.lost || []).forEach(function (name) { say(name + words.colon + words.lost); });
    queue.state.lost = [];
  }

  function say(text, id) {
    if (id && said.querySelector("[data-id='" + id + "']")) { return null; }
    var line = document.createElement("div"), done = document.createElement("button");
    line.className = "refused";
    if (id) { line.dataset.id = id; }
    line.appendChild(document.createElement("p")).textContent = text;
    done.className = "btn";
    done.type = "button";
    done.textContent = words.dismiss;
    done.addEventListener("click", function () {
      line.remove();
      if (id) { queue.dismiss(id); }
    });
    line.appendChild(done);
    said.appendChild(line);
    return line;
  }

  function refused(item) {
    var what = item.mark.heads !== undefined ? words.heads : words[item.mark.status];
    var line = say([item.name, what, item.why].filter(Boolean).join(" · "), item.id);
    if (!line || item.code !== "reason_needed") { return; }
    var form = document.querySelector("[data-why]").content.firstElementChild.cloneNode(true);
    form.addEventListener("submit", function (sent) {
      sent.preventDefault();
      var reason = form.elements.reason.value.trim();
      if (!reason) { return; }
      var mark = Object.assign({}, item.mark, { id: undefined, happened_at: undefined, seen: undefined, reason: reason });
      line.remove();
      queue.dismiss(item.id).then(function () { return keep(mark, item.person); });
    });
    line.appendChild(form);
  }

  /* -- marks ------------------------------------------------------------------------------------------------- */

  function keep(mark, personId) {
    mark.event = event;
    return queue.add(mark, personId).catch(function () {
      if (!queue.isMine()) { location.reload(); return; }
      say((mark.name || "") + words.colon + words.lost);
      redraw();
    });
  }

  document.addEventListener("submit", function (sent) {
    var form = sent.target, button = sent.submitter;
    if (form.matches("[data-marks]") && button && button.matches(".mark")) {
      sent.preventDefault();
      var line = button.closest("li"), mark = { status: button.value, name: line.querySelector("b").textContent };
      mark[button.name[0] === "g" ? "guest" : "resident"] = button.name.slice(2);
      delete drawn[line.id];
      show(line, button.value === "undone" ? "" : button.value, true);
      keep(mark);
    } else if (form.matches("#walk-in")) {
      sent.preventDefault();
      if (walkIn(form.elements.name.value)) { form.elements.name.value = ""; }
      form.elements.name.focus();
    } else if (form.matches("#heads")) {
      var heads = form.elements.number.value.normalize("NFKC").trim();
      sent.preventDefault();
      if (!/^\d{1,5}$/.test(heads)) {
        form.elements.number.focus();
        return say(words.number);
      }
      keep({ heads: Number(heads) });
      form.elements.number.value = "";
    } else if (form.matches("[role=search]") && !navigator.onLine) {
      sent.preventDefault();
    }
  });

  /* Tell whether there was a name that can be kept: the server would refuse a longer one when nobody stands there. */
  function walkIn(typed) {
    var name = typed.replace(/\s+/g, " ").trim(), most = document.querySelector("#walk-in [name=name]").maxLength;
    if (Array.from(name).length > most) { say(words.long); }
    if (!name || Array.from(name).length > most) { return false; }
    keep({ status: "present", guest: queue.newId(), name: name });
    return true;
  }

  /* -- search -------------------------------------------------------------------------------------------------- */

  function find() {
    if (!list) { return; }
    var typed = field.value.trim().toLowerCase().replace(/\s+/g, ""), found = 0;
    Array.prototype.forEach.call(list.children, function (line) {
      var text = keys[line.id] || line.querySelector("b").textContent.toLowerCase();
      line.hidden = typed !== "" && text.indexOf(typed) < 0;
      found += line.hidden ? 0 : 1;
    });
    var nobody = document.querySelector("[data-nobody]");
    if (nobody) {
      nobody.hidden = off || !typed || found > 0;
      nobody.querySelector("button").textContent = fill(words.add, { name: field.value.trim() });
    }
  }

  field.addEventListener("input", find);
  var nobody = document.querySelector("[data-nobody]");
  if (nobody) {
    nobody.querySelector("button").addEventListener("click", function () {
      if (walkIn(field.value)) { field.value = ""; }
      find();
    });
  }

  /* -- the network --------------------------------------------------------------------------------------------- */

  function redraw() {
    return queue.rosterFor(event).then(function (roster) {
      draw(roster);
      isEmpty = isShell && !roster;
      if (isEmpty) { box.querySelector("[data-as-of]").textContent = queue.tag ? words.nothing : words.stranger; }
    });
  }

  function load() {
    got = Date.now();
    return queue.load(event, "/events/" + event + "/roster.json").then(function (fresh) {
      if (fresh) { ready(); } else { got = 0; }
    });
  }

  function go() {
    if (document.hidden) { return; }
    // Somebody else signed in here, or there may be a network where there was nothing to show without one.
    if (!queue.isMine() || isEmpty) { location.reload(); return; }
    queue.send();
    if (Date.now() - got > OLD_MS) { load(); }
  }

  /* Not every phone tells of a network that is back: what waits is tried again soon, all else every third time. */
  function again() {
    rounds += 1;
    if (rounds % 3 === 0) { go(); return; }
    if (!document.hidden && queue.items.some(function (one) { return one.state === "waiting"; })) { queue.send(); }
  }

  /* Have the worker keep this page, so that it opens here without a network. */
  function ready() {
    if (!navigator.serviceWorker || isShell || off) { return; }
    navigator.serviceWorker.register("/events/roster-worker.js", { scope: "/events/" }).then(function () {
      return navigator.serviceWorker.ready;
    }).then(function (registered) {
      var channel = new MessageChannel();
      channel.port1.onmessage = function () { document.querySelector("[data-ready]").textContent = words.ready; };
      registered.active.postMessage({ keep: JSON.parse(box.dataset.keep) }, [channel.port2]);
    }).catch(function () {});
  }

  var due = false;
  box.querySelector(".slot").hidden = false;
  queue.onchange(function () {
    if (due) { return; }
    due = true;
    // After the next frame: a tap is answered before five hundred lines are looked through.
    var work = function () {
      if (!due) { return; }
      due = false;
      tell();
      redraw();
    };
    requestAnimationFrame(function () { setTimeout(work); });
    setTimeout(work, 300);
  });
  // The network is often told of a little before it works.
  window.addEventListener("offline", redraw);
  window.addEventListener("online", function () { [0, 3000, 10000].forEach(function (wait) { setTimeout(go, wait); }); });
  document.addEventListener("visibilitychange", go);
  setInterval(again, AGAIN_MS);
  redraw();
  load();
  queue.send();
})();
