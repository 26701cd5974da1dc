/** For A4 and Letter alike: the browser's page decides. Widths of columns are classes, since inline styles are forbidden. */
export const styleSheet = `
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; background: #fff; color: #1a1a1a; font: 10.5pt/1.45 Georgia, "Liberation Serif", "Times New Roman", serif; }
main { max-width: 48rem; margin: 0 auto; padding: 2rem 1.5rem; overflow-wrap: anywhere; }
h1, h2, h3, th, .level, small, cite { font-family: "Segoe UI", "Helvetica Neue", Arial, "Liberation Sans", sans-serif; }
header { border-bottom: 2pt solid #1f3a5f; margin-bottom: 1.2rem; }
h1 { font-size: 19pt; line-height: 1.2; margin: 0 0 .2rem; color: #1f3a5f; }
.subtitle { margin: 0 0 .7rem; color: #555; }
h2 { font-size: 13pt; margin: 1.6rem 0 .6rem; color: #1f3a5f; break-after: avoid; }
h3 { font-size: 10.5pt; margin: 0 0 .25rem; break-after: avoid; }
h3 small { font-weight: normal; color: #666; }
p { margin: .25rem 0; }
ul { margin: .5rem 0; padding-left: 1.2rem; }
.muted { color: #555; font-size: 9pt; }
.warning { border: 1pt solid #b35900; background: #fff4e5; padding: .5rem .7rem; }
table { width: 100%; border-collapse: collapse; table-layout: fixed; }
th, td { text-align: start; vertical-align: top; padding: .28rem .45rem; }
.facts th { width: 24%; font-size: 9pt; font-weight: 600; color: #444; padding-left: 0; }
.facts tr, .grid tr { break-inside: avoid; }
.facts tr { border-bottom: .5pt solid #ddd; }
.grid { font-size: 9.5pt; }
.grid thead { display: table-header-group; }
.grid th { font-size: 8.5pt; background: #eef2f7; border-bottom: 1pt solid #1f3a5f; }
.grid td { border-bottom: .5pt solid #ccc; }
.w10 { width: 10%; } .w12 { width: 12%; } .w16 { width: 16%; } .w20 { width: 20%; } .w22 { width: 22%; }
.w32 { width: 32%; } .w36 { width: 36%; } .w38 { width: 38%; } .w50 { width: 50%; } .w52 { width: 52%; }
article { margin: 0 0 .75rem; padding: .1rem 0 .1rem .7rem; border-left: 3pt solid #c9d2de; break-inside: avoid; }
article.high { border-color: #b00020; } article.medium { border-color: #c77700; }
article.low { border-color: #2f6f9f; } article.info { border-color: #8a8a8a; }
.level { font-size: 8pt; text-transform: uppercase; letter-spacing: .04em; padding: .05rem .35rem; border: .75pt solid currentColor; border-radius: 2pt; }
.high .level { color: #b00020; } .medium .level { color: #8f5600; } .low .level { color: #235a83; } .info .level { color: #555; }
blockquote { margin: .3rem 0; padding: .1rem 0 .1rem .7rem; border-left: .75pt solid #bbb; color: #333; font-size: 9.5pt; }
cite { font-style: normal; font-size: 8pt; color: #666; white-space: nowrap; }
@page { margin: 18mm 16mm; @bottom-right { content: counter(page) " / " counter(pages); font: 8pt sans-serif; color: #666; } }
@media print { main { max-width: none; padding: 0; } body { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
`;
