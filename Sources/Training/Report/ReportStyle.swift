extension Report {
  /// The page's looks: light and dark by the reader's setting, one column on a phone.
  static let style = #"""
    :root{color-scheme:light dark;--paper:#fbfbfa;--card:#fff;--ink:#1c1f23;--soft:#667079;--line:#e3e5e8;
    --a:#2563c9;--b:#d9622b;--c:#1c8f66;--d:#8a4fc4;--ok:#1c8f66;--goal:#2563c9;--bad:#c8372d;--warn:#c9860a}
    @media (prefers-color-scheme:dark){:root{--paper:#14171a;--card:#1c2024;--ink:#e8eaec;--soft:#98a2ab;
    --line:#31373d;--a:#6ea3f7;--b:#f2925f;--c:#54c79a;--d:#bb90ea;--ok:#54c79a;--goal:#6ea3f7;--bad:#f0736a;
    --warn:#eab04a}}
    *{box-sizing:border-box}
    body{margin:0;background:var(--paper);color:var(--ink);
    font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;-webkit-text-size-adjust:100%}
    main{max-width:1180px;margin:0 auto;padding:20px 16px 48px}
    header{display:flex;flex-wrap:wrap;align-items:baseline;gap:4px 16px;margin-bottom:12px}
    h1{font-size:22px;margin:0;font-weight:650;overflow-wrap:anywhere}
    h2{font-size:14px;margin:0 0 8px;font-weight:600}
    .soft{color:var(--soft)}.small{font-size:13px}
    .grid{display:grid;gap:14px;grid-template-columns:repeat(auto-fit,minmax(min(100%,340px),1fr))}
    .card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:14px;min-width:0}
    .wide{grid-column:1/-1}
    .verdict{border-left:5px solid var(--tone)}
    .verdict b{color:var(--tone);font-size:17px}
    .figures{display:flex;flex-wrap:wrap;gap:8px 22px;margin:6px 0 0;padding:0}
    .figures div{min-width:78px}.figures dt{color:var(--soft);font-size:12px}
    .figures dd{margin:0;font-variant-numeric:tabular-nums;font-weight:600}
    svg{display:block;width:100%;height:auto;overflow:visible;touch-action:pan-y}
    svg text{fill:var(--soft);font-size:11px;font-variant-numeric:tabular-nums}
    .axis{stroke:var(--line);stroke-width:1}.mark{stroke:var(--soft);stroke-dasharray:4 3;stroke-width:1}
    .cross{stroke:var(--soft);stroke-width:1;opacity:.6}
    .faint{opacity:.28;stroke-width:1;fill:none}.bold{stroke-width:1.8;fill:none}
    .key{display:flex;flex-wrap:wrap;gap:2px 14px;font-size:12.5px;margin-top:4px;min-height:20px}
    .key span{white-space:nowrap;font-variant-numeric:tabular-nums}
    .key i{display:inline-block;width:14px;height:3px;border-radius:2px;margin-right:6px;vertical-align:middle}
    .samples{display:flex;flex-wrap:wrap;gap:18px;align-items:flex-start}
    .samples img{width:min(100%,440px);border-radius:6px;border:1px solid var(--line);image-rendering:pixelated;
    background:#fff}
    .scrub{flex:1 1 240px;min-width:0}
    input[type=range]{width:100%;accent-color:var(--a);height:28px}
    button{font:inherit;color:inherit;background:none;border:1px solid var(--line);border-radius:7px;
    padding:5px 14px;cursor:pointer;min-height:36px}
    pre{overflow:auto;max-height:420px;font-size:12px;line-height:1.45;margin:8px 0 0}
    summary{cursor:pointer;font-weight:600;font-size:14px;padding:2px 0}
    table{border-collapse:collapse;width:100%;font-size:13px}
    td,th{text-align:left;padding:4px 10px 4px 0;border-bottom:1px solid var(--line);vertical-align:top;
    overflow-wrap:anywhere;font-weight:400}
    th{color:var(--soft);white-space:nowrap;width:1%}
    """#
}
