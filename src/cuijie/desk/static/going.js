// What goes on beside the pages: files on their way in, jobs and their progress, a picture that is being renewed.
// Without this script a plain refresh tells the same.
"use strict";
{
  const set = (parent, name, text) => {
    const element = parent.querySelector(`[data-${name}]`);
    if (element && element.textContent !== text) element.textContent = text;
  };

  // -- sending files: each as the body of its own request, one after another ------------------------------------
  const drop = document.querySelector("form.drop");
  const queue = [], broken = [];
  let batch = "", sent = 0, isSending = false;

  const newBatch = () => Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("");

  const isSame = (one, other) => one.name === other.name && one.size === other.size && one.lastModified === other.lastModified;

  const sendOne = (file, panel) => new Promise((done) => {
    const before = broken.findIndex((one) => isSame(one.file, file)); // it did not arrive the last time
    if (before >= 0) broken.splice(before, 1)[0].row.remove();
    const request = new XMLHttpRequest();
    const total = sent + queue.length + 1;
    const fail = (why) => {
      const row = document.createElement("li");
      row.textContent = `${panel.dataset.broken}${file.name} ${why}`;
      document.querySelector("#not-sent").append(row);
      broken.push({ file, row });
      done();
    };
    request.open("POST", drop.action);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("X-Name", encodeURIComponent(file.name));
    request.setRequestHeader("X-Owner", encodeURIComponent(drop.elements.owner.value));
    request.setRequestHeader("X-Password", encodeURIComponent(drop.elements.password.value));
    request.setRequestHeader("X-Modified", String(file.lastModified || ""));
    request.setRequestHeader("X-Batch", batch);
    request.setRequestHeader("X-Total", String(total));
    set(panel, "name", `${panel.dataset.sending.replace("#", `${sent + 1} / ${total}`)} ${file.name}`);
    const bar = panel.querySelector("progress");
    request.upload.onprogress = (event) => {
      if (!event.lengthComputable) return;
      const percent = Math.floor((100 * event.loaded) / event.total);
      bar.value = percent;
      set(panel, "percent", `${percent}%`);
    };
    request.onload = () => {
      sent += 1;
      if (request.status === 202) return done();
      let why = request.responseText;
      try { why = JSON.parse(request.responseText).error; } catch { /* a refusal in plain text */ }
      return fail(why.length < 200 ? why : "");
    };
    request.onerror = () => fail("");
    request.send(file);
  });

  const send = async (files, own = newBatch()) => {
    queue.push(...files);
    if (isSending || !queue.length) return;
    isSending = true;
    const panel = drop.querySelector(".sending");
    panel.hidden = false;
    batch = own;
    sent = 0;
    while (queue.length) await sendOne(queue.shift(), panel);
    document.querySelector("#send-again").hidden = !broken.length;
    set(panel, "name", panel.dataset.sent);
    isSending = false;
    panel.hidden = true;
    drop.querySelector("input[type=file]").value = "";
    watch(true);
  };

  if (drop) {
    const input = drop.querySelector("input[type=file]");
    drop.querySelector("button.main").parentElement.hidden = true; // files go as soon as they are chosen
    document.querySelector("#send-again").addEventListener("click", () => send(broken.map((one) => one.file)));
    const isGone = () => "sentAt" in drop.dataset; // pressed before this script had come: the form goes as it is
    input.addEventListener("change", () => send([...input.files]));
    // chosen while this script was on its way; under the form's own name, should that be on its way and nobody saw it
    if (input.files.length && !isGone()) send([...input.files], drop.elements.batch.value);
    drop.addEventListener("submit", (event) => { if (isGone()) return; event.preventDefault(); send([...input.files]); });
    for (const name of ["dragover", "dragleave", "drop"]) {
      drop.addEventListener(name, (event) => {
        event.preventDefault();
        drop.classList.toggle("over", name === "dragover");
        if (name === "drop") send([...event.dataTransfer.files]);
      });
    }
    addEventListener("paste", (event) => { if (event.clipboardData && event.clipboardData.files.length) send([...event.clipboardData.files]); });
    addEventListener("beforeunload", (event) => { if (isSending) event.preventDefault(); });
  }

  // -- what goes on ----------------------------------------------------------------------------------------------
  const line = document.querySelector(".going");
  const cards = document.querySelector("[data-jobs]");
  const slug = (location.pathname.match(/^\/c\/(\d+)\//) || [])[1];
  let timer = 0, isLeaving = false, isPressing = false;

  // where the reader is going, and what is just being pressed, is not taken from them by a page or a card made anew
  for (const name of ["beforeunload", "submit"]) addEventListener(name, (event) => { isLeaving = isLeaving || !event.defaultPrevented; });
  for (const name of ["pointerdown", "keydown"]) addEventListener(name, () => { isPressing = true; isLeaving = false; }, true);
  for (const name of ["pointerup", "pointercancel", "keyup"]) addEventListener(name, () => setTimeout(() => { isPressing = false; }), true);
  addEventListener("blur", () => { isPressing = false; }); // of the window: what was pressed is let go elsewhere

  const nameOf = (control) => (control.form ? control.form.action : control.href) || "";

  const renew = async () => {
    const answer = await fetch(cards.dataset.part);
    if (!answer.ok) throw new Error(answer.status);
    const made = await answer.text();
    if (isPressing) return false;
    const focused = cards.contains(document.activeElement) ? document.activeElement : null;
    const card = focused && focused.closest("[data-job]"), same = focused && nameOf(focused);
    const before = new Map([...cards.querySelectorAll("[data-job]")].map((one) => [one.id, one.dataset.state]));
    cards.innerHTML = made;
    const ended = [...cards.querySelectorAll("[data-job]")].filter((one) => ["done", "failed"].includes(one.dataset.state) && before.get(one.id) !== one.dataset.state);
    if (ended.length) set(document, "ended", ended.map((one) => `${one.querySelector("h2").textContent} ${[...one.querySelectorAll(".came li")].map((line) => line.textContent).join(" ")}`).join(" "));
    const again = card && document.getElementById(card.id);
    if (!again) return true;
    again.tabIndex = -1;
    ([...again.querySelectorAll("button, a")].find((one) => nameOf(one) === same) || again).focus();
    return true;
  };

  const showJob = (job) => {
    const card = document.getElementById(`job-${job.id}`);
    if (!card || card.dataset.state !== job.state || card.dataset.lines !== String(job.lines)) return false;
    const bar = card.querySelector("progress");
    if (bar && job.percent !== null) bar.value = job.percent;
    if (job.now) set(card, "now", job.now);
    set(card, "percent", job.percent === null ? "" : `${job.percent}%`);
    if (line && job.total) set(card, "files", `${job.done} / ${job.total} ${line.dataset.filesWord}`);
    if (line && job.entries) set(card, "entries", line.dataset.entriesWord.replace("#", job.entries));
    if (line) set(card, "left", job.left ? (job.left >= 90 ? line.dataset.minutes.replace("#", Math.round(job.left / 60)) : line.dataset.seconds.replace("#", job.left)) : "");
    return true;
  };

  const showLine = (status) => { // false: to be looked at once more
    if (!line) return true;
    const working = status.jobs.filter((job) => job.state === "running" || job.state === "waiting");
    const shown = line.querySelector("[data-line]");
    const job = shown && status.jobs.find((one) => one.id === shown.dataset.line);
    if (job) set(shown, "percent", job.percent === null ? "" : `${job.percent}%`);
    const updating = line.querySelector("[data-updating]");
    if (updating && "first" in updating.dataset && status.first.words) {
      set(updating, "first-words", status.first.words);
      line.querySelector("progress").value = status.first.percent;
    } else if (updating && "first" in updating.dataset && !isLeaving && !isSending && !isWriting()) {
      if (isPressing) return false;
      location.reload(); // the first findings: this page shows none yet, so it is asked for anew
    } else if (updating && !status.updating) {
      updating.removeAttribute("data-updating");
      updating.textContent = `${status.told || line.dataset.done} `;
      const link = document.createElement("a");
      link.href = location.href;
      link.textContent = line.dataset.new;
      link.addEventListener("click", (event) => { event.preventDefault(); location.reload(); });
      updating.append(link);
    }
    if (shown && !working.length && !cards) shown.remove();
    return true;
  };

  const isWriting = () => document.querySelector("main [role=alert]") !== null || // a form that came back with what is wrong in it
    [...document.querySelectorAll("main input, main textarea, main select")].some((one) => one === document.activeElement || isChanged(one));

  // a page about several cases is asked for anew until they are all there, unless somebody is at it
  const again = () => { if (isLeaving || isPressing || isWriting()) setTimeout(again, 1000); else location.reload(); };
  if (document.querySelector("[data-again]")) setTimeout(again, 2000);

  async function watch(isNew = false) {
    clearTimeout(timer);
    if (!slug || (!isNew && !line && !cards)) return;
    let status, isShown = true;
    try {
      const answer = await fetch(`/c/${slug}/status`);
      if (answer.status === 403) { location.replace("/#locked"); return; } // locked meanwhile
      if (!answer.ok) throw new Error(answer.status);
      status = await answer.json();
      const mine = cards ? status.jobs.filter((job) => cards.dataset.kinds.split(" ").includes(job.kind)) : [];
      if (cards && (mine.map(showJob).includes(false) || mine.length !== cards.querySelectorAll("[data-job]").length)) isShown = await renew();
    } catch { timer = setTimeout(() => watch(true), 5000); return; } // the desk is gone, or busy, or the network: asked again
    isShown = showLine(status) && isShown;
    if (cards && cards.dataset.until && !status.jobs.some((job) => job.id === cards.dataset.until)) return again(); // it is there
    const isGoing = !isShown || isSending || status.updating || status.first.words || status.jobs.some((job) => job.state === "running" || job.state === "waiting");
    if (isGoing) timer = setTimeout(watch, 1000);
  }
  if (line || (cards && cards.querySelector("[data-state=running], [data-state=waiting]"))) watch();
}
