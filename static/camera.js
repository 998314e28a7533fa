/* The camera as a reader of codes: QR and the bars on a book. The library that reads them is loaded when it opens.
   window.readingCamera(video, address of the library) → { start(found) → Promise, stop(), light() → Promise or null } */
(function () {
  "use strict";
  var PAUSE = 60, WIDEST = 800;
  // Of upright cards the library never reads one in twenty, of tilted ones fewer and other ones (in radians).
  var TILTS = [0, Math.PI / 4, Math.PI / 18];
  var library;

  function load(address) {
    library = library || new Promise(function (resolve, reject) {
      var script = document.createElement("script");
      script.src = address;
      script.onload = function () { resolve(window.ZXing); };
      script.onerror = function () {
        library = null;
        script.remove();
        reject(new Error("unread"));
      };
      document.head.appendChild(script);
    });
    return library;
  }

  // Ways to look, taken in turn: for a card, for the bars on a book, and harder for what is askew or worn.
  function ways(ZXing) {
    var harder = new Map([[ZXing.DecodeHintType.TRY_HARDER, true]]), plain = new Map();
    var cards = new ZXing.QRCodeReader(), bars = new ZXing.EAN13Reader();
    return [[cards, plain], [bars, plain], [cards, harder], [bars, harder]];
  }

  function picture() {
    var none = !navigator.mediaDevices || !navigator.mediaDevices.getUserMedia;
    if (none) { return Promise.reject(new Error("none")); }
    var wanted = { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } };
    return navigator.mediaDevices.getUserMedia({ video: wanted, audio: false }).catch(function (error) {
      throw new Error(error.name === "NotFoundError" ? "none" : "denied");
    });
  }

  window.readingCamera = function (video, address) {
    var canvas = document.createElement("canvas"), stream = null, turn = 0, looks = 0;
    var pen = canvas.getContext("2d", { willReadFrequently: true });

    function track() { return stream && stream.getVideoTracks()[0]; }

    function read(ZXing, way) {
      var scale = Math.min(1, WIDEST / Math.max(video.videoWidth, video.videoHeight));
      canvas.width = Math.round(video.videoWidth * scale);
      canvas.height = Math.round(video.videoHeight * scale);
      pen.translate(canvas.width / 2, canvas.height / 2);
      pen.rotate(TILTS[looks++ % TILTS.length]);
      pen.drawImage(video, -canvas.width / 2, -canvas.height / 2, canvas.width, canvas.height);
      var picture = new ZXing.HybridBinarizer(new ZXing.HTMLCanvasElementLuminanceSource(canvas));
      return way[0].decode(new ZXing.BinaryBitmap(picture), way[1]).getText();
    }

    function look(ZXing, all, round, found) {
      if (round !== turn) { return; }
      var text = null;
      all.push(all.shift());
      try {
        if (video.videoWidth) { text = read(ZXing, all[0]); }
      } catch (error) {
        // Nothing in sight, or a code that cannot be read: whatever it was, the next picture is another one.
      }
      if (text !== null) { found(text); }
      setTimeout(look, PAUSE, ZXing, all, round, found);
    }

    function stop() {
      turn += 1;
      if (stream) { stream.getTracks().forEach(function (one) { one.stop(); }); }
      stream = video.srcObject = null;
    }

    return {
      start: function (found) {
        stop();
        var round = turn;
        return load(address).then(function (ZXing) {
          return picture().then(function (opened) {
            // Closed again while the person was asked.
            if (round !== turn) { opened.getTracks().forEach(function (one) { one.stop(); }); return false; }
            stream = video.srcObject = opened;
            return Promise.resolve(video.play()).then(function () {
              look(ZXing, ways(ZXing), round, found);
              return true;
            });
          });
        });
      },
      stop: stop,
      hasLight: function () {
        var able = track() && track().getCapabilities ? track().getCapabilities() : {};
        return Boolean(able.torch);
      },
      light: function (on) { return track().applyConstraints({ advanced: [{ torch: on }] }); }
    };
  };
})();
