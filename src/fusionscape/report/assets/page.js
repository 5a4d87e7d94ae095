(function () {
  "use strict";
  const island = JSON.parse(document.getElementById("island").textContent);
  const vega = fusionscapeVega;
  const darkQuery = matchMedia("(prefers-color-scheme: dark)");
  const geometry = fusionscapeGeometry;
  const views = new Map();
  let printing = false;

  // Nothing is ever loaded: a specification that names an address is refused.
  const refuse = () => Promise.reject(new Error("addresses are refused"));
  const loader = Object.assign(vega.loader(), { load: refuse, sanitize: refuse, http: refuse, file: refuse });

  function themed(value, dark) {
    if (typeof value === "string") return (dark && island.theme.dark[value]) || value;
    if (Array.isArray(value)) return value.map((part) => themed(part, dark));
    if (value && typeof value === "object") {
      const out = {};
      for (const key of Object.keys(value)) out[key] = key === "tip" ? value[key] : themed(value[key], dark);
      return out;
    }
    return value;
  }

  function compiled(spec, dark, title) {
    const whole = { config: { ...island.theme.config, aria: false }, ...spec };
    if (title) whole.title = title;
    const shown = themed(whole, dark);
    return vega.compile(shown, { logger: silent() }).spec;
  }

  function silent() {
    const log = { level: () => log, error: (...said) => (console.error(...said), log), warn: () => log, info: () => log, debug: () => log };
    return log;
  }

  function view(spec, renderer) {
    const runtime = vega.parse(spec, null, { ast: true });
    return new vega.View(runtime, { expr: vega.expressionInterpreter, loader, renderer, logger: silent() });
  }

  // A figure is laid out before it touches the page. Nothing is waited for until it stands there,
  // so that printing can ask for it at once.
  function draw(box) {
    const id = box.dataset.figure;
    const room = box.clientWidth;
    let { shown } = geometry.fitted(asked(island.figures[id], id), room);
    let made = laidOut(shown, id);
    // Where the estimate of its width was too small it is fitted to what it turned out to be.
    const factor = geometry.share(shown, widthOf(made), room);
    if (factor < 0.995) {
      made.finalize();
      made = laidOut(geometry.narrowed(shown, factor), id);
    }
    const old = views.get(id);
    if (old) old.finalize();
    box.replaceChildren();
    made.initialize(box).hover().tooltip(tooltip);
    views.set(id, made);
    return made.runAsync().then(() => {
      // The drawing has one description; its thousand marks have none of their own.
      box.querySelectorAll("svg [role]").forEach((part) => ["role", "aria-roledescription"].forEach((name) => part.removeAttribute(name)));
      box.dataset.drawn = "yes";
    });
  }

  function laidOut(spec, id) {
    const dark = darkQuery.matches && !printing;
    return view(compiled(spec, dark), island.figures[id].canvas ? "canvas" : "svg").run();
  }
  const widthOf = (made) => Math.ceil(made.scenegraph().root.bounds.width()) + 2 * made.padding().left;

  const tip = document.createElement("div");
  tip.className = "tip hide";
  tip.setAttribute("aria-hidden", "true");
  document.body.append(tip);
  function tooltip(handler, event, item, value) {
    if (value === null || value === undefined || value === "") return tip.classList.add("hide");
    tip.textContent = typeof value === "object" ? Object.values(value).join("\n") : String(value);
    tip.classList.remove("hide");
    const x = Math.min(event.clientX + 12, innerWidth - tip.offsetWidth - 8);
    const y = Math.min(event.clientY + 14, innerHeight - tip.offsetHeight - 8);
    tip.style.left = Math.max(4, x) + "px";
    tip.style.top = Math.max(4, y) + "px";
  }

  const boxes = [...document.querySelectorAll(".drawing")];
  const fonts = Promise.all([
    document.fonts.load('400 12px "Fusionscape Sans"'), document.fonts.load('600 12px "Fusionscape Sans"'),
  ]).catch(() => null);

  // Room is kept for every figure before it is drawn, so that the page stands still.
  function reserve(box) {
    const figure = island.figures[box.dataset.figure];
    box.style.minHeight = figure.height + geometry.fitted(figure.spec, box.clientWidth).higher + "px";
  }
  boxes.forEach(reserve);

  // What the reader sees is drawn first, then what is near, then the rest while nothing else is
  // asked of the page; so printing and searching find every figure.
  const IN_VIEW = 0, NEAR = 1, REST = 2;
  const rank = new Map(boxes.map((box) => [box, REST]));
  const waiting = new Set(boxes);
  const idle = window.requestIdleCallback || ((work) => setTimeout(work, 200));
  let pumping = false;
  function attempt(box) {
    waiting.delete(box);
    try { return draw(box).catch((error) => console.error(error)); } catch (error) { return Promise.resolve(console.error(error)); }
  }
  function pump() {
    let next = null;
    for (const box of waiting) if (next === null || rank.get(box) < rank.get(next)) next = box;
    pumping = next !== null;
    if (!pumping) { document.documentElement.dataset.ready = "yes"; return; }
    attempt(next).then(() => {
      const soon = [...waiting].some((box) => rank.get(box) < REST);
      if (soon) setTimeout(pump, 0); else idle(pump);
    });
  }
  function again(some) {
    for (const box of some) waiting.add(box);
    if (!pumping) { pumping = true; setTimeout(pump, 0); }
  }
  function watch(margin, level) {
    const seen = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        const held = rank.get(entry.target);
        if (entry.isIntersecting) rank.set(entry.target, Math.min(held, level));
        else if (held === level) rank.set(entry.target, level + 1);
      }
    }, { rootMargin: margin });
    boxes.forEach((box) => seen.observe(box));
  }
  watch("0px", IN_VIEW);
  watch("700px 0px", NEAR);
  pumping = true;
  fonts.then(() => requestAnimationFrame(() => setTimeout(pump, 0)));

  darkQuery.addEventListener("change", () => again(boxes));
  addEventListener("beforeprint", () => {
    document.querySelectorAll("details").forEach((fold) => { if (!fold.open) { fold.dataset.folded = "yes"; fold.open = true; } });
    printing = true;
    for (const box of boxes) if (darkQuery.matches || waiting.has(box)) attempt(box);
  });
  addEventListener("afterprint", () => {
    document.querySelectorAll("details[data-folded]").forEach((fold) => { fold.open = false; delete fold.dataset.folded; });
    printing = false;
    if (darkQuery.matches) again(boxes);
  });
  let lastWidth = innerWidth, timer = 0;
  addEventListener("resize", () => {
    if (innerWidth === lastWidth) return;
    lastWidth = innerWidth;
    clearTimeout(timer);
    timer = setTimeout(() => { boxes.forEach(reserve); again(boxes); }, 250);
  });

  // What the reader asked of the figures: one group of the oncoprint, one group brought out
  // everywhere, p values as found or adjusted.
  const chosen = new Map();
  let lit = "", shownP = "";
  const LIT = "lit == '' || (isDefined(datum.carries) ? datum.carries : datum.group) == lit || datum.group == 'All'";
  function asked(figure, id) {
    const value = chosen.get(id);
    const params = (figure.spec.params || []).map((param) => (param.name === "chosen" && value !== undefined ? { ...param, value } : param));
    params.push({ name: "lit", value: carries(figure) ? lit : "" });
    return { ...altered(figure.spec, Boolean(figure.groups)), params };
  }
  const carries = (figure) => Boolean(figure.groups) && figure.groups.includes(lit);

  // Marks of other groups step back; a text that has a second form shows the one asked for.
  function altered(spec, grouped) {
    const out = { ...spec };
    for (const key of ["hconcat", "vconcat", "layer"]) if (out[key]) out[key] = out[key].map((part) => altered(part, grouped));
    const first = out.mark && out.data && out.data.values && out.data.values[0];
    if (!first) return out;
    const mark = typeof out.mark === "string" ? { type: out.mark } : out.mark;
    const owned = "group" in first || (out.transform || []).some((step) => step.as === "group");
    if (grouped && owned) {
      const value = mark.opacity === undefined ? 1 : mark.opacity;
      out.encoding = { ...out.encoding, opacity: { condition: { test: LIT, value }, value: mark.type === "text" ? 0.4 : 0.16 } };
    }
    if (shownP === "adjusted" && mark.type === "text" && "adjusted" in first) {
      out.data = { values: out.data.values.map((row) => ({ ...row, text: row.adjusted })) };
    }
    return out;
  }
  document.querySelectorAll("select[data-choice]").forEach((select) => {
    select.addEventListener("change", () => {
      chosen.set(select.dataset.choice, select.value);
      again([boxes.find((box) => box.dataset.figure === select.dataset.choice)]);
    });
  });

  // Chips: pressed once, a group is brought out in every figure that has it; pressed again, none.
  function pressed(buttons, one, value, name) {
    buttons.forEach((button) => button.setAttribute("aria-pressed", String(Boolean(value) && button.dataset[name] === one)));
  }
  const chips = [...document.querySelectorAll("button[data-lit]")];
  chips.forEach((chip) => chip.addEventListener("click", () => {
    lit = lit === chip.dataset.lit ? "" : chip.dataset.lit;
    pressed(chips, lit, lit, "lit");
    for (const box of boxes) {
      const id = box.dataset.figure, figure = island.figures[id], made = views.get(id);
      if (figure.groups && made && !waiting.has(box)) made.signal("lit", carries(figure) ? lit : "").run();
    }
  }));
  const switches = [...document.querySelectorAll("button[data-p]")];
  const second = (part) => ["hconcat", "vconcat", "layer"].some((key) => (part[key] || []).some(second)) ||
    Boolean(part.data && part.data.values && part.data.values[0] && "adjusted" in part.data.values[0]);
  switches.forEach((button) => button.addEventListener("click", () => {
    shownP = shownP === button.dataset.p ? "" : button.dataset.p;
    pressed(switches, shownP, shownP, "p");
    document.body.dataset.p = shownP;
    again(boxes.filter((box) => second(island.figures[box.dataset.figure].spec)));
  }));

  // Downloads are made here, from what the page holds; always light and at design size.
  function save(name, blob) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }
  async function exported(id) {
    const figure = island.figures[id];
    await fonts;
    const made = view(compiled(figure.spec, false, figure.title), "none");
    await made.runAsync();
    return made;
  }
  const actions = {
    async svg(id) {
      const text = await (await exported(id)).toSVG();
      const faces = document.getElementById("faces").textContent;
      const at = text.indexOf(">") + 1;
      save(id + ".svg", new Blob([text.slice(0, at), "<style>", faces, "</style>", text.slice(at)], { type: "image/svg+xml" }));
    },
    async png(id) {
      const canvas = await (await exported(id)).toCanvas(3);
      canvas.toBlob((blob) => save(id + ".png", blob), "image/png");
    },
    csv(id) { save(id + ".csv", new Blob(["\ufeff", island.csv[id]], { type: "text/csv;charset=utf-8" })); },
    async copy(id, button) {
      const text = document.getElementById(id).textContent;
      try { await navigator.clipboard.writeText(text); } catch (error) { select(document.getElementById(id)); document.execCommand("copy"); }
      button.textContent = "Copied";
    },
  };
  function select(node) {
    const range = document.createRange();
    range.selectNodeContents(node);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-do]");
    if (button) actions[button.dataset.do](button.dataset.of, button);
  });

  // Sorting a table by its raw values.
  document.querySelectorAll("table[data-sortable] thead th").forEach((head) => {
    const button = head.querySelector("button");
    if (!button) return;
    button.addEventListener("click", () => {
      const body = head.closest("table").tBodies[0];
      const at = head.cellIndex;
      const up = head.getAttribute("aria-sort") !== "ascending";
      head.parentNode.querySelectorAll("th").forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const key = (row) => { const cell = row.cells[at]; const raw = cell.dataset.value; return raw === undefined ? cell.textContent : raw; };
      const rows = [...body.rows].sort((a, b) => compare(key(a), key(b)) * (up ? 1 : -1));
      body.append(...rows);
    });
  });
  function compare(a, b) {
    const x = parseFloat(a), y = parseFloat(b);
    if (!Number.isNaN(x) && !Number.isNaN(y)) return x - y;
    if (a === "" || b === "") return a === b ? 0 : a === "" ? 1 : -1;
    return a.localeCompare(b, "en", { numeric: true });
  }

  // Search: sections that do not hold every word are hidden; the contents follow.
  const search = document.getElementById("search");
  const sections = [...document.querySelectorAll("main > section[id]")];
  const status = document.getElementById("hits");
  const texts = new Map();
  search.addEventListener("input", () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const section of sections) {
      if (!texts.has(section)) {
        const labels = [...section.querySelectorAll("[aria-label]")].map((part) => part.getAttribute("aria-label"));
        texts.set(section, (section.textContent + " " + labels.join(" ")).toLowerCase());
      }
      const hit = words.every((word) => texts.get(section).includes(word));
      found += hit;
      section.classList.toggle("hide", !hit);
      const link = document.querySelector('nav.contents a[href="#' + section.id + '"]');
      if (link) link.parentNode.classList.toggle("hide", !hit);
    }
    status.textContent = words.length ? (found === 1 ? "1 section" : found + " sections") : "";
  });

  // Where the reader is, in the contents.
  const here = new IntersectionObserver((seen) => {
    for (const entry of seen) {
      const link = document.querySelector('nav.contents a[href="#' + entry.target.id + '"]');
      if (!link || !entry.isIntersecting) continue;
      document.querySelectorAll("nav.contents a[aria-current]").forEach((other) => other.removeAttribute("aria-current"));
      link.setAttribute("aria-current", "true");
    }
  }, { rootMargin: "-10% 0px -80% 0px" });
  sections.forEach((section) => here.observe(section));
})();
