(function () {
  "use strict";
  const island = JSON.parse(document.getElementById("island").textContent);
  const vega = fusionscapeVega;
  const darkQuery = matchMedia("(prefers-color-scheme: dark)");
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

  function drawnWidth(spec) {
    if (spec.hconcat) return spec.hconcat.reduce((sum, part) => sum + drawnWidth(part), 0);
    if (spec.vconcat) return Math.max(...spec.vconcat.map(drawnWidth));
    return typeof spec.width === "number" ? spec.width : 0;
  }

  // Plots give way to a narrow screen; keys are laid out anew; what is "fixed" scrolls instead.
  function narrowed(spec, factor, square) {
    const out = { ...spec };
    const both = square || (spec.usermeta && spec.usermeta.square);
    for (const key of ["hconcat", "vconcat"]) if (out[key]) out[key] = out[key].map((part) => narrowed(part, factor, both));
    if (typeof out.width !== "number" || out.name === "fixed") return out;
    if (out.name === "key") return relaid(out, Math.max(200, out.width * factor));
    out.width = Math.max(40, Math.round(out.width * factor));
    if (both && typeof out.height === "number") out.height = Math.round(out.height * factor);
    return out;
  }

  function relaid(spec, width) {
    const rows = spec.layer[spec.layer.length - 1].data.values;
    const places = new Map();
    let x = 0, y = 0;
    for (const row of rows) {
      const swatch = row.colour ? 18 : 0;
      const length = 6.6 * row.text.length + swatch + 16;
      if (x && x + length > width) { x = 0; y += 20; }
      places.set(row.text, { ...row, x, x2: x + 12, xt: x + (swatch ? 17 : 0), y: y + 3, y2: y + 15, ym: y + 9.5 });
      x += length;
    }
    const height = y + 20;
    const scales = { x: [0, width], y: [0, height] };
    const layer = spec.layer.map((part) => {
      const encoding = { ...part.encoding };
      for (const axis of ["x", "y"]) encoding[axis] = { ...encoding[axis], scale: { ...encoding[axis].scale, domain: scales[axis] } };
      return { ...part, encoding, data: { values: part.data.values.map((row) => places.get(row.text)) } };
    });
    return { ...spec, width, height, layer };
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

  function view(spec, box, renderer) {
    const runtime = vega.parse(spec, null, { ast: true });
    const made = new vega.View(runtime, { expr: vega.expressionInterpreter, loader, renderer, logger: silent() });
    if (box) made.initialize(box).hover();
    return made;
  }

  async function draw(box, options) {
    const id = box.dataset.figure;
    const figure = island.figures[id];
    const dark = darkQuery.matches && !printing;
    const spec = filtered(figure, box);
    const renderer = figure.canvas ? "canvas" : "svg";
    const room = (options && options.room) || box.clientWidth;
    await fonts;
    let made = await put(spec, box, dark, renderer);
    const natural = box.querySelector("svg, canvas").getBoundingClientRect().width;
    if (natural > room + 1) {
      const free = drawnWidth(spec);
      const factor = Math.max(Math.min(1, 170 / free), (free - (natural - room)) / free);
      if (free && factor < 1) made = await put(narrowed(spec, factor), box, dark, renderer);
    }
    views.set(id, made);
    box.dataset.drawn = "yes";
    box.style.minHeight = "";
  }

  async function put(spec, box, dark, renderer) {
    const old = views.get(box.dataset.figure);
    if (old) old.finalize();
    box.replaceChildren();
    const made = view(compiled(spec, dark), box, renderer);
    made.tooltip(tooltip);
    views.set(box.dataset.figure, made);
    await made.runAsync();
    // The drawing has one description; its thousand marks have none of their own.
    box.querySelectorAll("svg [role]").forEach((part) => ["role", "aria-roledescription"].forEach((name) => part.removeAttribute(name)));
    return made;
  }

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
  const pending = new Map();
  function ensure(box, again) {
    if (!again && pending.has(box)) return pending.get(box);
    const after = (pending.get(box) || Promise.resolve()).then(() => draw(box)).catch((error) => console.error(error));
    pending.set(box, after);
    return after;
  }
  const drawAll = (again) => Promise.all(boxes.map((box) => ensure(box, again)));
  const near = new IntersectionObserver((seen) => {
    for (const entry of seen) if (entry.isIntersecting) { near.unobserve(entry.target); ensure(entry.target); }
  }, { rootMargin: "600px 0px" });
  boxes.forEach((box) => near.observe(box));
  // The rest is drawn when the reader pauses, so that printing and searching find every figure.
  const idle = window.requestIdleCallback || ((work) => setTimeout(work, 200));
  addEventListener("load", () => idle(async () => {
    for (const box of boxes) { await ensure(box); await new Promise((next) => idle(next)); }
    document.documentElement.dataset.ready = "yes";
  }));
  darkQuery.addEventListener("change", () => drawAll(true));
  addEventListener("beforeprint", () => {
    document.querySelectorAll("details").forEach((fold) => { if (!fold.open) { fold.dataset.folded = "yes"; fold.open = true; } });
    if (darkQuery.matches || boxes.some((box) => !box.dataset.drawn)) { printing = true; drawAll(true); }
  });
  addEventListener("afterprint", () => {
    document.querySelectorAll("details[data-folded]").forEach((fold) => { fold.open = false; delete fold.dataset.folded; });
    if (printing) { printing = false; drawAll(true); }
  });
  let lastWidth = innerWidth, timer = 0;
  addEventListener("resize", () => {
    if (innerWidth === lastWidth) return;
    lastWidth = innerWidth;
    clearTimeout(timer);
    timer = setTimeout(() => boxes.filter((box) => box.dataset.drawn).forEach((box) => ensure(box, true)), 250);
  });

  // A figure may be narrowed to one group: its parameter "chosen" takes the reader's choice.
  const chosen = new Map();
  function filtered(figure, box) {
    const value = chosen.get(box.dataset.figure);
    if (value === undefined || !figure.spec.params) return figure.spec;
    const params = figure.spec.params.map((param) => (param.name === "chosen" ? { ...param, value } : param));
    return { ...figure.spec, params };
  }
  document.querySelectorAll("select[data-choice]").forEach((select) => {
    select.addEventListener("change", () => {
      chosen.set(select.dataset.choice, select.value);
      ensure(boxes.find((box) => box.dataset.figure === select.dataset.choice), true);
    });
  });

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
    const made = view(compiled(figure.spec, false, figure.title), null, "none");
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
