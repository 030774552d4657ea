/**
 * The picture's style sheet: light, and dark where the reader's system is. Selectors and plain properties only, which
 * every renderer knows; what is marked by colour is marked by shape or text too.
 */
const LIGHT = `
  text { font-family: system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; fill: #0f172a; }
  .ground { fill: #ffffff; }
  .title { font-size: 18px; font-weight: 600; }
  .say { font-size: 13px; fill: #475569; }
  .why { font-size: 13px; fill: #b91c1c; }
  .name { font-size: 14px; font-weight: 600; }
  .what { font-size: 12px; fill: #334155; }
  .id { font-size: 11px; fill: #64748b; font-family: ui-monospace, SFMono-Regular, Menlo, "DejaVu Sans Mono", monospace; }
  .box { fill: #f8fafc; stroke: #94a3b8; stroke-width: 1.2; }
  .error .box { fill: #fef2f2; stroke: #b91c1c; stroke-width: 1.8; }
  .suspect .box { fill: #fffbeb; stroke: #b45309; stroke-width: 1.8; }
  .cause .box { fill: #fee2e2; stroke: #991b1b; stroke-width: 3.2; }
  .cause .ring { fill: none; stroke: #991b1b; stroke-width: 1.4; }
  .aside .box { stroke-dasharray: 5 4; }
  .pile { fill: #e2e8f0; stroke: #94a3b8; stroke-width: 1; }
  .badge { fill: #b91c1c; }
  .suspect .badge { fill: #b45309; }
  .cause .badge { fill: #7f1d1d; }
  .part { font-size: 10.5px; font-weight: 700; fill: #ffffff; letter-spacing: 0.4px; }
  .arrow { fill: none; stroke: #94a3b8; stroke-width: 1.4; }
  .tip { fill: #94a3b8; }
  .failing .arrow { stroke: #b91c1c; stroke-width: 2.6; }
  .failing .tip { fill: #b91c1c; }
  .dashed .arrow { stroke-dasharray: 6 5; }
`;

const DARK = `
  text { fill: #e2e8f0; }
  .ground { fill: #0b1120; }
  .say { fill: #94a3b8; }
  .why { fill: #fca5a5; }
  .what { fill: #cbd5e1; }
  .id { fill: #94a3b8; }
  .box { fill: #1e293b; stroke: #64748b; }
  .error .box { fill: #2b1519; stroke: #ef4444; }
  .suspect .box { fill: #2b2010; stroke: #f59e0b; }
  .cause .box { fill: #450a0a; stroke: #f87171; }
  .cause .ring { stroke: #f87171; }
  .pile { fill: #334155; stroke: #64748b; }
  .arrow { stroke: #64748b; }
  .tip { fill: #64748b; }
  .failing .arrow { stroke: #ef4444; }
  .failing .tip { fill: #ef4444; }
`;

export const STYLE = `${LIGHT}@media (prefers-color-scheme: dark) {${DARK}}\n`;
