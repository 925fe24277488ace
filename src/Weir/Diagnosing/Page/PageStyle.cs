using System.Security.Cryptography;
using System.Text;

namespace Weir.Diagnosing.Page;

/// <summary>The style sheet of the page, and the policy that allows it and nothing else.</summary>
internal static class PageStyle
{
    /// <summary>Causes that have a colour of their own; all others share one.</summary>
    public const int Colours = 7;

    /// <summary>No script, no image, no font, no connection: what a hostile log could ask for, the browser refuses.</summary>
    // Source: CSP level 3, hash sources
    public static string ContentSecurityPolicy { get; } =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Css)))}'; "
        + "base-uri 'none'; form-action 'none'";

    // Contrast of text is at least 4.5 : 1 in both schemes, of marks in charts at least 3 : 1. Source: WCAG 2.2, 1.4.3 and 1.4.11
    public const string Css = """
        :root { color-scheme: light dark;
          --paper: #faf9f6; --card: #ffffff; --ink: #1c1f24; --soft: #5b616b; --line: #e5e2db; --code: #f3f1ec;
          --good: #2a7048; --mark: #b4411b; --band: #f7d9c8; --grid: #ebe8e2;
          --c0: #c04a1c; --c1: #2b6cb0; --c2: #7b4fa3; --c3: #2f7d55; --c4: #9a6a00; --c5: #b83268; --c6: #0f7480; --cx: #7a808a; }
        @media (prefers-color-scheme: dark) { :root {
          --paper: #14161a; --card: #1b1e23; --ink: #e8e9eb; --soft: #a3aab5; --line: #2e333a; --code: #24282f;
          --good: #7fd6a2; --mark: #ff9d6e; --band: #4a2c1d; --grid: #292d34;
          --c0: #f98a55; --c1: #6cb0f5; --c2: #c39df0; --c3: #6fd3a0; --c4: #e8bd55; --c5: #f48bb5; --c6: #5fd0d8; --cx: #9aa1ab; } }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; }
        body { margin: 0; background: var(--paper); color: var(--ink);
          font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
        main, header, footer { max-width: 60rem; margin: 0 auto; padding: 0 1.5rem; }
        header { padding-top: 2.5rem; }
        h1 { font-size: 1.7rem; line-height: 1.28; letter-spacing: -0.012em; font-weight: 650; margin: .6rem 0 0; text-wrap: balance; }
        h2 { font-size: 1.22rem; line-height: 1.35; font-weight: 650; margin: 0; }
        h3 { font-size: .8rem; font-weight: 600; letter-spacing: .03em; color: var(--soft); margin: 1.6rem 0 .35rem; }
        p { margin: .4rem 0; }
        .over { color: var(--soft); font-size: .88rem; margin: 0; }
        .do { margin: 1.1rem 0 0; padding: .85rem 1.1rem; border-left: 4px solid var(--good); background: var(--card); border-radius: 0 .5rem .5rem 0; }
        .do b { color: var(--good); }
        .others { color: var(--soft); }
        .facts { display: grid; grid-template-columns: repeat(4, 1fr); gap: 1px; margin: 1.6rem 0 0; background: var(--line);
          border: 1px solid var(--line); border-radius: .6rem; overflow: hidden; }
        .facts div { background: var(--card); padding: .75rem 1rem; }
        .facts dt { font-size: .8rem; color: var(--soft); }
        .facts dd { margin: 0; font-size: 1.15rem; font-weight: 600; font-variant-numeric: tabular-nums; }
        .facts small { display: block; font-size: .78rem; font-weight: 400; color: var(--soft); }
        section { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1.3rem 1.5rem 1.4rem; margin: 1.4rem 0; }
        .head { display: flex; gap: 1rem; justify-content: space-between; align-items: baseline; flex-wrap: wrap; }
        .count { color: var(--soft); margin: .15rem 0 0; }
        .count b { color: var(--ink); }
        .sure { display: flex; align-items: center; gap: .6rem; font-size: .88rem; color: var(--soft); margin: .5rem 0 0; }
        .sure svg { width: 8rem; height: .5rem; border-radius: .25rem; background: var(--grid); }
        ul { margin: .2rem 0; padding-left: 1.15rem; }
        li { margin: .25rem 0; }
        code, pre { font: .87em/1.5 ui-monospace, "Cascadia Mono", "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
        code { overflow-wrap: anywhere; }
        .name { color: var(--soft); white-space: nowrap; }
        .log { unicode-bidi: isolate; direction: ltr; overflow-wrap: anywhere; }
        pre { background: var(--code); border-radius: .4rem; padding: .65rem .9rem; margin: .5rem 0; white-space: pre-wrap; overflow-wrap: anywhere; }
        .fix dl { display: grid; grid-template-columns: 4rem 1fr; gap: .2rem .8rem; margin: .5rem 0 0; }
        .fix dt { color: var(--soft); } .fix dd { margin: 0; min-width: 0; }
        .fix + .fix { border-top: 1px solid var(--line); margin-top: .9rem; padding-top: .6rem; }
        .out { width: 100%; border-collapse: collapse; }
        th { text-align: left; font-weight: 600; font-size: .8rem; color: var(--soft); }
        th, td { padding: .35rem .8rem .35rem 0; vertical-align: top; border-bottom: 1px solid var(--line); }
        tr:last-child td { border-bottom: 0; }
        td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        .out td:first-child { white-space: nowrap; }
        .line { border-top: 1px solid var(--line); padding: .5rem 0; font-size: .92rem; }
        .line p { margin: .1rem 0; } .line .soft, .soft { color: var(--soft); font-size: .88rem; }
        .code { font-weight: 650; color: var(--mark); }
        figure { margin: .6rem 0 0; }
        figcaption { color: var(--soft); font-size: .88rem; margin: 0 0 .5rem; }
        .chart { display: block; width: 100%; overflow: visible; font: 12px system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif; }
        .chart text { fill: var(--soft); } .chart .grid { stroke: var(--grid); } .chart .base { stroke: var(--soft); }
        .chart .axis { font-size: .75rem; } .band { fill: var(--band); } .chance { stroke: var(--ink); stroke-width: 1.5; } .chart .height { paint-order: stroke; stroke: var(--card); stroke-width: 3px; } .chart .tell { fill: var(--mark); font-weight: 600; }
        .legend { list-style: none; display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; padding: 0; margin: .5rem 0 0; font-size: .86rem; }
        .legend svg { width: .75rem; height: .75rem; margin-right: .4rem; vertical-align: -.05rem; }
        .bar { width: 100%; height: .55rem; display: block; }
        .c0 { fill: var(--c0); } .c1 { fill: var(--c1); } .c2 { fill: var(--c2); } .c3 { fill: var(--c3); }
        .c4 { fill: var(--c4); } .c5 { fill: var(--c5); } .c6 { fill: var(--c6); } .cx { fill: var(--cx); } .pale { fill-opacity: .3; }
        .targets { width: 100%; border-collapse: collapse; } .targets td:nth-child(2) { width: 45%; vertical-align: middle; } .targets td:first-child { min-width: 8.5rem; }
        details { margin: .6rem 0 0; font-size: .88rem; } summary { cursor: pointer; color: var(--soft); }
        .scroll { overflow-x: auto; } .scroll table { border-collapse: collapse; min-width: 22rem; }
        footer { color: var(--soft); font-size: .85rem; padding-bottom: 3rem; }
        a { color: inherit; } :focus-visible { outline: 2px solid var(--c1); outline-offset: 2px; }
        @media (max-width: 40rem) {
          main, header, footer { padding: 0 1rem; } header { padding-top: 1.4rem; } h1 { font-size: 1.32rem; }
          .facts { grid-template-columns: repeat(2, 1fr); } section { padding: 1rem; margin: 1rem 0; }
          .out, .out tbody, .out tr, .out td { display: block; } .out thead { display: none; } .out td { border: 0; padding: 0; } .out tr { margin: .5rem 0; }
          .fix dl { grid-template-columns: 1fr; } .fix dd { margin-bottom: .4rem; } .targets td:nth-child(2) { width: 22%; } }
        @media print {
          :root { --paper: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #bbb; --code: #f2f2f2; --good: #2a7048; --mark: #b4411b; --band: #f3ddd0; --grid: #ddd;
            --c0: #c04a1c; --c1: #2b6cb0; --c2: #7b4fa3; --c3: #2f7d55; --c4: #9a6a00; --c5: #b83268; --c6: #0f7480; --cx: #7a808a; }
          body { font-size: 10.5pt; } main, header, footer { max-width: none; padding: 0; } section { break-inside: auto; border: 0; border-top: 1px solid #bbb; border-radius: 0; padding: 1rem 0; }
          figure, .fix, .line, tr { break-inside: avoid; } h2, h3 { break-after: avoid; } * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
        """;
}
