"""The paper of a bulletin (通报)."""

from __future__ import annotations

from collections.abc import Sequence

from portal.papers.content import Block, Content, Grid, Heading, Text
from portal.papers.printing import chinese_date
from sharing.bulletins.models import Bulletin, BulletinLine

KIND = "bulletin"


def bulletin_content(bulletin: Bulletin, lines: Sequence[BulletinLine]) -> Content:
    """What the bulletin says, and whom it names with the legal day that each missed.

    On paper the words are Chinese whatever the language of the screen.
    """
    rows = tuple(
        (str(n), line.agency.name, chinese_date(line.due_on)) for n, line in enumerate(lines, 1)
    )
    blocks: list[Block] = [
        Text("下列单位未在规定期限内报送生态环境监测机构名单，现予通报。"),
        Heading("逾期未报的单位"),
        Grid(("序号", "单位", "应报日期"), rows),
    ]
    if bulletin.body.strip():
        blocks += [Heading("有关要求"), Text(bulletin.body.strip())]
    return Content(title=bulletin.title, addressee="各有关单位", blocks=tuple(blocks))
