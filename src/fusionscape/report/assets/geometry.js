// How large a figure becomes: estimated before it is drawn, and fitted to a narrow screen.
const fusionscapeGeometry = (() => {
  "use strict";
  const pen = document.createElement("canvas").getContext("2d");
  const FAMILY = '"Fusionscape Sans", Inter, Helvetica, Arial, sans-serif';
  const PADDING = 4, STACKED = 80; // around a figure; an axis, a head and a gap between panels

  function written(text, size, weight) {
    pen.font = (weight || 400) + " " + (size || 12) + "px " + FAMILY;
    return pen.measureText(String(text)).width;
  }

  function drawnWidth(spec) {
    if (spec.hconcat) return spec.hconcat.reduce((sum, part) => sum + drawnWidth(part), 0);
    if (spec.vconcat) return Math.max(...spec.vconcat.map(drawnWidth));
    return typeof spec.width === "number" ? spec.width : 0;
  }

  // What stands beside the plot: labels at its left, columns of text at its right, the axis.
  function beside(spec) {
    const parts = spec.vconcat || spec.hconcat;
    if (parts) {
      const all = parts.map(beside);
      if (spec.hconcat) return { left: all[0].left, right: all.slice(1).reduce((sum, s) => sum + s.left + s.right + 20, all[0].right) };
      const widest = drawnWidth(spec);
      return {
        left: Math.max(...all.map((s) => s.left)),
        right: Math.max(...all.map((s, i) => s.right - (widest - drawnWidth(parts[i])))),
      };
    }
    let left = 0, right = 0;
    for (const layer of spec.layer || [spec]) {
      const mark = typeof layer.mark === "string" ? { type: layer.mark } : layer.mark || {};
      const axis = layer.encoding && layer.encoding.y && layer.encoding.y.axis !== null && layer.encoding.y.field;
      if (axis) left = Math.max(left, 34 + (layer.encoding.y.title ? 20 : 0));
      if (mark.type !== "text" || !layer.data) continue;
      for (const row of layer.data.values || []) {
        const dx = typeof mark.dx === "number" ? mark.dx : row.dx || 0;
        const wide = written(row.text, mark.fontSize, mark.fontWeight);
        if (mark.x === 0 && mark.align === "right") left = Math.max(left, wide - dx);
        if (mark.x === "width" && mark.align === "left") right = Math.max(right, wide + dx);
      }
    }
    return { left, right };
  }

  // Heights of the plots alone: what changes when a figure is fitted to a narrow screen.
  function plots(spec) {
    if (spec.vconcat) return spec.vconcat.reduce((sum, part) => sum + plots(part), spec.usermeta && spec.usermeta.stacked ? STACKED * (spec.vconcat.length - 1) : 0);
    if (spec.hconcat) return Math.max(...spec.hconcat.map(plots));
    return typeof spec.height === "number" ? spec.height : 0;
  }

  // Plots give way to a narrow screen; keys are laid out anew; what is "fixed" scrolls instead;
  // what stands abreast goes below each other where it would become too narrow.
  function narrowed(spec, factor, square) {
    if (spec.hconcat && /^abreast/.test(spec.name || "") && factor < 0.72) {
      const { hconcat, name, ...rest } = spec;
      return narrowed({ ...rest, vconcat: hconcat, spacing: 26, usermeta: { stacked: true } }, Math.min(1, factor * hconcat.length), square);
    }
    const out = { ...spec };
    if (factor < 0.8 && out.vconcat && out.vconcat[0].name === "names") out.vconcat = uncornered(out.vconcat);
    const both = square || (spec.usermeta && spec.usermeta.square);
    for (const key of ["hconcat", "vconcat"]) if (out[key]) out[key] = out[key].map((part) => narrowed(part, factor, both));
    if (typeof out.width !== "number" || out.name === "fixed") return out;
    if (out.name === "key") return relaid(out, Math.max(200, out.width * factor));
    if (out.name === "names") return renamed(out, Math.max(150, Math.round(out.width * factor)));
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

  // What is written in a corner of the curves goes under their names where they become narrow.
  function uncornered([names, main, ...rest]) {
    const written = main.layer.filter((layer) => /^corner/.test(layer.name || ""));
    if (!written.length) return [names, main, ...rest];
    const said = written.map((layer) => layer.data.values[0].text);
    return [{ ...names, usermeta: { said } }, { ...main, layer: main.layer.filter((layer) => !written.includes(layer)) }, ...rest];
  }

  function broken(text, most) {
    const lines = [""];
    for (const word of text.split(" ")) {
      const last = lines.length - 1;
      if (lines[last] && (lines[last] + " " + word).length > most) lines.push(word);
      else lines[last] += (lines[last] ? " " : "") + word;
    }
    return lines;
  }

  // The names over a figure of curves, wrapped anew into the width of the plot.
  function renamed(spec, width) {
    const places = new Map();
    let x = 0, line = 0;
    for (const row of spec.layer[0].data.values) {
      const wide = row.xt - row.x + 6 + 6.7 * row.text.length;
      if (x && x + wide > width + 24) { x = 0; line += 1; }
      places.set(row.text, { ...row, x, x2: x + row.x2 - row.x, xt: x + row.xt - row.x, y: 9 + 18 * line });
      x += wide;
    }
    const said = ((spec.usermeta && spec.usermeta.said) || []).flatMap((text) => broken(text, (width + 40) / 6.2));
    const height = 18 * (line + 1 + said.length);
    const scales = { x: [0, width], y: [0, height] };
    const layer = spec.layer.map((part) => {
      const encoding = { ...part.encoding };
      for (const axis of ["x", "y"]) encoding[axis] = { ...encoding[axis], scale: { ...encoding[axis].scale, domain: scales[axis] } };
      const values = part.data.values.map((row) => places.get(row.text)).filter(Boolean);
      if ((part.mark.type || part.mark) === "text") said.forEach((text, i) => values.push({ text, xt: 0, x: 0, y: 9 + 18 * (line + 1 + i) }));
      return { ...part, encoding, data: { values } };
    });
    return { ...spec, width, height, layer };
  }

  // How much of its plots a figure keeps where it would be wider than its room.
  function share(spec, natural, room) {
    const free = drawnWidth(spec);
    if (!free || natural <= room + 1) return 1;
    return Math.max(Math.min(1, 170 / free), (free - (natural - room)) / free);
  }

  // The specification as it will stand in its room, and how much higher that makes it.
  function fitted(spec, room) {
    const { left, right } = beside(spec);
    const factor = share(spec, left + drawnWidth(spec) + right + 2 * PADDING + 2, room);
    const shown = factor < 1 ? narrowed(spec, factor) : spec;
    // A square gets smaller and its turned labels do not: about a tenth of it comes back.
    const change = plots(shown) - plots(spec), square = spec.usermeta && spec.usermeta.square;
    return { shown, higher: square ? 0.9 * change : change };
  }

  return { fitted, narrowed, share };
})();
