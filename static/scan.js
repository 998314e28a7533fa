/* Cards at the door: one after another before the camera, or their numbers typed; what became of each is seen,
   heard and felt. Whom the roster knows is noted at once, with or without a network; the others are asked about. */
(function () {
  "use strict";
  var box = document.querySelector("[data-scan]"), queue = window.readingQueue;
  if (!box || !queue) { return; }
  // The page a phone keeps for want of a network is one for all events; its address says which it is.
  var event = location.pathname.split("/")[2];
  var CARD = /^SX[A-Z2-7]{39}$/i, BOOK = /^97[89]\d{10}$/, BARS = /^\d{8,13}$/;
  // A card that stays in sight is one scan; it counts anew when it was away for so long.
  var AWAY_MS = 3000, ANSWER_MS = 6000, LISTED = 5;
  var words = JSON.parse(box.dataset.words), said = box.querySelector("[data-result]");
  var list = box.querySelector("[data-list]"), view = box.querySelector("[data-view]");
  var open = box.querySelector("[data-camera]"), light = box.querySelector("[data-light]");
  var camera = window.readingCamera(box.querySelector("[data-video]"), box.dataset.reader);
  var here = {}, last = { text: "", at: 0 }, sound = null, isOpen = false;

  function fill(text, values) {
    return text.replace(/\{(\w+)\}/g, function (_whole, name) { return values[name] || ""; });
  }

  // Frequencies in Hz, one after another; how long it shakes, in ms. Told apart with eyes closed.
  var TOLD = {
    came: { tones: [880], shake: 60 },
    again: { tones: [660, 660], shake: [60, 60, 60] },
    kept: { tones: [880, 1175], shake: 60 },
    ask: { tones: [523, 784], shake: [120, 60, 120] },
    bad: { tones: [196], shake: 300 }
  };

  function tell(kind, text) {
    said.className = "scan-said scan-" + kind;
    said.textContent = text;
    if (!TOLD[kind]) { return; }
    if (navigator.vibrate) { navigator.vibrate(TOLD[kind].shake); }
    if (sound) { TOLD[kind].tones.forEach(play); }
  }

  function play(tone, place) {
    var from = sound.currentTime + place * 0.16, voice = sound.createOscillator(), loud = sound.createGain();
    voice.frequency.value = tone;
    loud.gain.setValueAtTime(0.25, from);
    loud.gain.exponentialRampToValueAtTime(0.001, from + (tone < 300 ? 0.4 : 0.15));
    voice.connect(loud).connect(sound.destination);
    voice.start(from);
    voice.stop(from + 0.45);
  }

  function note(kind, text, button) {
    var line = document.createElement("li");
    line.className = "scan-" + kind;
    line.appendChild(document.createElement("span")).textContent = text;
    if (button) { line.appendChild(button); }
    list.insertBefore(line, list.firstChild);
    // A question stays until it is answered.
    var done = list.querySelectorAll("li:not(.scan-ask)");
    if (done.length > LISTED) { done[done.length - 1].remove(); }
  }

  function outcome(kind, text, button) {
    tell(kind, text);
    note(kind, text, button);
  }

  function now() { return new Date().toTimeString().slice(0, 5); }

  function roster() {
    return queue.rosterFor(event).then(function (kept) { return kept ? kept.people : []; });
  }

  function holder(people, text) {
    return people.find(function (one) {
      return one.card && (text.slice(-one.card.qr.length) === one.card.qr || one.card.code === text);
    });
  }

  function ask(text) {
    var stop = new AbortController(), timer = setTimeout(function () { stop.abort(); }, ANSWER_MS);
    var asked = { credentials: "same-origin", headers: { Accept: "application/json" }, signal: stop.signal };
    return fetch("/events/" + event + "/card?card=" + encodeURIComponent(text), asked).then(function (answer) {
      // Signed out meanwhile, or the server in trouble: as without a network, the card waits on the phone.
      if (answer.status === 401 || answer.status >= 500) { throw new Error(""); }
      return answer.json();
    }).then(function (told) {
      clearTimeout(timer);
      return told;
    });
  }

  /* Kept on this phone and sent behind it; whose card it is the server looks up once more. */
  function keep(text, person) {
    var name = person ? person.name : fill(words.card, { time: now() });
    return queue.add({ event: event, card: text, status: "present", name: name }, person && person.id).then(function () {
      here[text] = { name: person ? person.name : "", since: now() };
    });
  }

  function failed() { outcome("bad", words.lost); }

  function came(text, person) {
    return keep(text, person).then(function () { outcome("came", fill(words.came, person)); }).catch(failed);
  }

  function again(name, since) { outcome("again", fill(words.again, { name: name, time: since })); }

  function offer(text, person) {
    var add = document.createElement("button");
    add.type = "button";
    add.className = "btn";
    add.textContent = words.add;
    add.dataset.card = text;
    add.addEventListener("click", function () {
      add.parentNode.remove();
      came(text, person);
    });
    // Asked again it is the same question.
    list.querySelectorAll("[data-card]").forEach(function (one) {
      if (one.dataset.card === text) { one.parentNode.remove(); }
    });
    outcome("ask", fill(words.ask, person), add);
  }

  function judge(text, person) {
    if (person.mine) { outcome("bad", words.mine); return null; }
    if (person.status === "present" || person.status === "late") {
      // On the city's clock: from the server as it is said, in the roster with its date.
      return again(person.name, person.since.length > 5 ? person.since.slice(11, 16) : person.since);
    }
    return person.why || person.status ? came(text, person) : offer(text, person);
  }

  function unknown(text) {
    tell("busy", words.busy);
    return ask(text).then(function (told) {
      if (told.person) { return judge(text, told.person); }
      return outcome("bad", told.why || told.error || words.lost);
    }, function () {
      return keep(text, null).then(function () { outcome("kept", words.kept); }).catch(failed);
    });
  }

  function take(text) {
    return roster().then(function (people) {
      var person = holder(people, text), known = here[text];
      if (person) { return judge(text, person); }
      if (!known) { return unknown(text); }
      return known.name ? again(known.name, known.since) : outcome("kept", words.kept);
    });
  }

  function seen(text) {
    var at = Date.now(), same = text === last.text && at - last.at < AWAY_MS;
    last = { text: text, at: at };
    if (same) { return; }
    if (CARD.test(text)) { take(text.toUpperCase()); return; }
    outcome("bad", BOOK.test(text) || BARS.test(text) ? words.book : words.other);
  }

  function close() {
    camera.stop();
    isOpen = false;
    view.hidden = light.hidden = true;
    open.textContent = words.open;
  }

  function start() {
    var Sound = window.AudioContext || window.webkitAudioContext;
    sound = sound || (Sound ? new Sound() : null);
    isOpen = true;
    view.hidden = false;
    open.textContent = words.close;
    camera.start(seen).then(function (opened) {
      if (!opened) { return; }
      box.scrollIntoView();
      light.hidden = !camera.hasLight();
      if (!said.textContent) { tell("busy", words.ready); }
    }).catch(function (error) {
      close();
      tell("bad", words[error.message] || words.denied);
    });
  }

  open.hidden = false;
  open.textContent = words.open;
  light.textContent = words.light;
  light.setAttribute("aria-pressed", "false");
  open.addEventListener("click", function () { if (isOpen) { close(); } else { start(); } });
  light.addEventListener("click", function () {
    var on = light.getAttribute("aria-pressed") !== "true";
    camera.light(on).then(function () { light.setAttribute("aria-pressed", String(on)); });
  });
  box.addEventListener("toggle", function () { if (!box.open && isOpen) { close(); } });
  // A phone in a pocket need not look; taken out again it goes on.
  var paused = false;
  document.addEventListener("visibilitychange", function () {
    if (document.hidden && isOpen) {
      paused = true;
      close();
    } else if (!document.hidden && paused) {
      paused = false;
      start();
    }
  });

  box.querySelector("form").addEventListener("submit", function (event) {
    var field = event.target.elements.card;
    event.preventDefault();
    var typed = field.value.normalize("NFKC").toLowerCase().replace(/[^a-z0-9]/g, "");
    if (!typed) { return; }
    field.value = "";
    field.focus();
    take(CARD.test(typed) ? typed.toUpperCase() : typed);
  });
})();
