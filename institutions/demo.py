"""Invented institutions: brands of two characters that mean nothing, codes that check."""

from __future__ import annotations

import datetime as dt
from itertools import product
from typing import Any

from agencies.models import Region
from institutions.ledgers.services import Draft, load_institutions
from institutions.registry.choices import InstitutionKind, InstitutionStatus
from institutions.registry.models import Institution
from institutions.registry.rules import expected_valid_to, make_uscc
from portal.access import Level, job_actor
from portal.audit import record
from portal.demo import DemoPlan

HOME, SIBLING = "310113", "310114"
ORG_CODE_PREFIX = "DM"  # of no issued organisation code known to us: no code here is anybody's
FIRST = (
    "澄沅泖泓澜渌湉洵湜漪濂沨潆滢沁汐溯濯浔岑岚峄崤嵘岐屹峤岱晗旻昀晔晟曜昕曦暄旸珩璟琮瑀玥珺璞"
    "筠筱箬蓁茗蔚蕴芃荇萱芷桐楠梓榆椿柏栩槿樾翎翊翃翀骐骁骏骥麒麟鸿鹄鸢鹭雁隼珵瑄珣琬琰瑾瑜玘"
    "敦恪愫慎惟懿谌谧诩谕诠谡"
)
SECOND = (
    "域衡澈朗翰墨逸宸寰垣墉埕堃均坤垚培坚基堪墀尧岳峻崧崎峥嵩巅岭峰川沛泽洲浦涛淳清渊源溪滨"
    "漫潭澍瀚灏炜烁烨焕煜熙燊犀珂理琛琦琨琪瑞瑶璇璋甫畅畴皓益盛睿矩砺硕碧祺禾秉程穆立竣笙策"
    "简纬纶综缙缜羽翔耘聿舟航"
)
TRADES = (
    "环境检测技术",
    "环境监测",
    "检测技术",
    "检测科技",
    "环保检测",
    "生态环境检测",
    "环境技术服务",
)
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
ROADS = ("示范一路", "示范二路", "样本路", "演示东路", "演示西路", "试验大道", "虚拟路", "假定路")
KINDS = {
    5: InstitutionKind.OPERATOR,
    14: InstitutionKind.DEPARTMENTAL,
    21: InstitutionKind.PUBLIC_STATION,
    35: InstitutionKind.OPERATOR,
}


def load(plan: DemoPlan) -> None:
    """Demo part 30: the same institutions for the same size and day."""
    regions = list(Region.objects.filter(level=Level.DISTRICT).order_by("code"))
    brands = [f"{first}{second}" for first, second in product(FIRST, SECOND)]
    plan.chance.shuffle(brands)
    # A province needs more than two letters give.
    brands += [f"{brand}{brand[0]}" for brand in brands]
    drafts = [_draft(plan, number, brands[number], regions) for number in range(plan.institutions)]
    load_institutions(drafts, source="demo", is_historical=False)
    facts = {"institutions": len(drafts), "size": plan.size}
    record(job_actor("demo"), "institution.load_demo", "demo:institutions", facts=facts)


def demo_institutions(region_code: str = HOME) -> list[Institution]:
    """Active institutions in a district's scope, in a lasting order, for other demo parts."""
    region = Region.objects.get(code=region_code)
    rows = Institution.objects.current().active().present_in(region.path)
    return list(rows.select_related("region").order_by("uscc"))


def _draft(plan: DemoPlan, number: int, brand: str, regions: list[Region]) -> Draft:
    region = _region(plan, number, regions)
    kind = KINDS.get(number % 40, InstitutionKind.SOCIAL)
    public = kind in {InstitutionKind.DEPARTMENTAL, InstitutionKind.PUBLIC_STATION}
    name = _name(kind, brand, region, TRADES[plan.chance.randrange(len(TRADES))])
    draft = Draft(
        uscc=make_uscc("12" if public else "91", region.code, f"{ORG_CODE_PREFIX}{number:06}"),
        name=name,
        region=region,
        kind=kind,
        status=_status(number),
        address=_address(plan, region),
        established_on=plan.today - dt.timedelta(days=plan.chance.randrange(2500, 6000)),
        filing_number=f"沪环测备〔2026〕{number + 1}号" if number % 7 else "",
        supervising_department=f"{region.name}生态环境局" if public else "",
        **_people(plan),
    )
    draft.sites.append((region, _address(plan, region)))
    if number % 6 == 0:
        other = regions[plan.chance.randrange(len(regions))]
        draft.sites.append((other, _address(plan, other)))
    if number % 8 == 1:
        until_on = plan.today - dt.timedelta(days=plan.chance.randrange(200, 1200))
        draft.former_names.append(
            (name.replace("检测", "测试").replace(brand, brand[::-1]), until_on)
        )
    if kind != InstitutionKind.OPERATOR:
        _certify(draft, plan, number)
    return draft


def _region(plan: DemoPlan, number: int, regions: list[Region]) -> Region:
    """Mostly one's own district and the sibling in a small demo; all districts in a large one."""
    by_code = {region.code: region for region in regions}
    share = number % 10
    if share < (7 if plan.size == "small" else 3):
        return by_code[HOME]
    if share == 7:
        return by_code[SIBLING]
    return regions[plan.chance.randrange(len(regions))]


def _name(kind: str, brand: str, region: Region, trade: str) -> str:
    if kind == InstitutionKind.PUBLIC_STATION:
        return f"{region.name}{brand}生态环境监测站"
    if kind == InstitutionKind.DEPARTMENTAL:
        return f"{region.name}{brand}水质监测所"
    if kind == InstitutionKind.OPERATOR:
        return f"上海{brand}环境设施运维有限公司"
    return f"上海{brand}{trade}有限公司"


def _status(number: int) -> str:
    special = {31: InstitutionStatus.DEREGISTERED, 12: InstitutionStatus.SUSPENDED}
    return special.get(number % 40, InstitutionStatus.ACTIVE)


def _address(plan: DemoPlan, region: Region) -> str:
    road = ROADS[plan.chance.randrange(len(ROADS))]
    return f"上海市{region.name}{road}{plan.chance.randrange(1, 999)}号"


def _people(plan: DemoPlan) -> dict[str, Any]:
    legal, contact = plan.chance.choices(SURNAMES, k=2)
    phone = f"021-0000{plan.chance.randrange(10_000):04}"
    return {
        "legal_representative": f"{legal}某某",
        "contact_name": f"{contact}某",
        "contact_phone": phone,
    }


def _certify(draft: Draft, plan: DemoPlan, number: int) -> None:
    """In sixty: two expired, three that expire within ninety days, the others valid for longer."""
    if number % 30 == 6:
        valid_to = plan.today - dt.timedelta(days=10 + number % 200)
    elif number % 20 == 3:
        valid_to = plan.today + dt.timedelta(days=15 + number % 60)
    else:
        valid_to = plan.today + dt.timedelta(days=plan.chance.randrange(120, 2100))
    issued_on = _issued_on(valid_to)
    terms = (
        [issued_on] if number % 10 else [issued_on, _issued_on(issued_on - dt.timedelta(days=1))]
    )
    draft.certificates += [(_number(day, number), day, expected_valid_to(day)) for day in terms]


def _issued_on(valid_to: dt.date) -> dt.date:
    """The day of issue whose six years end about this day."""
    day = valid_to + dt.timedelta(days=1)
    return day.replace(year=day.year - 6, day=min(day.day, 28))


def _number(issued_on: dt.date, number: int) -> str:
    return f"{issued_on:%y}091205{number % 10_000:04}"
