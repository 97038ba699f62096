"""Words of draws."""

from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DrawState(TextChoices):
    DRAFT = "draft", _("准备中")
    FROZEN = "frozen", _("已冻结")
    COMMITTED = "committed", _("已承诺")
    REVEALED = "revealed", _("已揭示")
    EXECUTED = "executed", _("已抽取")
    PUBLISHED = "published", _("已公开记录")
    VOID = "void", _("作废")


DRAW_TONES = {
    DrawState.DRAFT: "plain",
    DrawState.FROZEN: "info",
    DrawState.COMMITTED: "warn",
    DrawState.REVEALED: "warn",
    DrawState.EXECUTED: "ok",
    DrawState.PUBLISHED: "ok",
    DrawState.VOID: "danger",
}
# Before the result is known; at most one such attempt of a batch.
OPEN_STATES = (DrawState.DRAFT, DrawState.FROZEN, DrawState.COMMITTED, DrawState.REVEALED)
DONE_STATES = (DrawState.EXECUTED, DrawState.PUBLISHED)


class Party(TextChoices):
    """The two whose secrets make the key; SUP stands in for one of them (DRAW-1 §2)."""

    ECO = "ECO", _("生态环境局")
    MKT = "MKT", _("市场监管局")
    SUP = "SUP", _("上级监督部门")


class Sitting(TextChoices):
    TOGETHER = "together", _("同场（一块屏幕）")
    APART = "apart", _("分头（各自登录）")


class Origin(TextChoices):
    OWN = "own", _("本平台抽取")
    SUPERIOR = "superior", _("上级平台抽取（导入）")


class ReplacementKind(TextChoices):
    NO_SHOW = "no_show", _("检查人员不能到场")
    SUPPLEMENTARY = "supplementary", _("补抽机构")


class ImportState(TextChoices):
    """Of the paper that brings a superior's draw in; the draw comes with its confirmation."""

    DRAFT = "draft", _("草稿")
    SUBMITTED = "submitted", _("待确认")
    CONFIRMED = "confirmed", _("已确认")
    DISCARDED = "discarded", _("已作废")


IMPORT_TONES = {
    ImportState.DRAFT: "plain",
    ImportState.SUBMITTED: "warn",
    ImportState.CONFIRMED: "ok",
    ImportState.DISCARDED: "danger",
}
OPEN_IMPORTS = (ImportState.DRAFT, ImportState.SUBMITTED)


# --- What a verification says -----------------------------------------------------------------

# Steps of the verification by their names, which stand on every line in both languages.
STEP_LABELS = {
    "file": _("文件"),
    "form": _("格式"),
    "inputs": _("输入"),
    "pool_hash": _("名录校验值"),
    "times": _("时间顺序"),
    "commitments": _("承诺和揭示"),
    "key": _("种子"),
    "strata": _("抽取机构"),
    "teams": _("抽取检查人员"),
    "replacements": _("替换情况"),
    "record_hash": _("记录校验值"),
}
# By the code that the rules give (an English sentence with gaps); the rules know no language.
SAID = {
    "canonical, and every field is known": _("格式规范，各字段均在规定之列"),
    "{members} institutions, {struck} struck": _("机构 %(members)s 家，剔除 %(struck)s 家"),
    "{members} institutions, {struck} struck, {inspectors} inspectors": _(
        "机构 %(members)s 家，剔除 %(struck)s 家，检查人员 %(inspectors)s 人"
    ),
    "pool_hash {hash}": _("名录校验值 %(hash)s"),
    "{count} in order": _("%(count)s 个时间，先后无误"),
    "{shown} commitments, {opened} opened": _("承诺值 %(shown)s 个，%(opened)s 个已揭示且相符"),
    "key {hash}": _("种子 %(hash)s"),
    "{count} institutions drawn by their tickets": _("按签号抽中 %(count)s 家"),
    "{count} teams in order and form only: without the annex not drawn again": _(
        "%(count)s 个检查组：只核对了顺序和形式；没有附件，未重新抽取"
    ),
    "{count} teams drawn again with the annex": _("%(count)s 个检查组：已用附件重新抽取，一致"),
    "{count} in form only: without the annex not computed again": _(
        "%(count)s 次替换：只核对了形式；没有附件，未重新计算"
    ),
    "{count} computed again": _("%(count)s 次替换：已重新计算，一致"),
    "record_hash {hash}: compare it with the published one": _(
        "记录校验值 %(hash)s：请与公布的校验值对照"
    ),
    "record_hash {hash}, as published": _("记录校验值 %(hash)s，与公布的一致"),
    "the value is nested too deeply": _("嵌套过深"),
    "not UTF-8 at byte {at}": _("第 %(at)s 字节起不是 UTF-8"),
    "not JSON: {why} at character {at}": _("第 %(at)s 个字符处不是 JSON（%(why)s）"),
    "not in canonical form from byte {at}": _("第 %(at)s 字节起不是规范格式"),
    "a key stands twice in one object": _("同一对象中有重复的键"),
    "an integer is beyond 2^53−1": _("整数超过 2^53−1"),
    "{value} is not an integer": _("%(value)s 不是整数"),
    "a value of type {type} has no canonical form": _("类型为 %(type)s 的值没有规范格式"),
    "a key is not a non-empty ASCII text": _("键不是非空的 ASCII 文字"),
    "a text holds a control character or half of a surrogate pair": _(
        "文字中有控制字符或不完整的字符"
    ),
    "a text is not in Unicode normal form C": _("文字不是 Unicode 规范形式 C"),
    "the algorithm {alg} is unknown": _("没有算法 %(alg)s"),
    "{where} is not a text": _("%(where)s 不是文字"),
    "{where} is none of {allowed}": _("%(where)s 不在规定之列（%(allowed)s）"),
    "{where} is not an integer from {least} to {most}": _(
        "%(where)s 不是 %(least)s 至 %(most)s 的整数"
    ),
    "{where} is not a list": _("%(where)s 不是列表"),
    "{where} is not an object": _("%(where)s 不是对象"),
    "{where} is unknown": _("没有 %(where)s 这个字段"),
    "{where} is missing": _("缺少字段 %(where)s"),
    "{where} is not a time with its offset": _("%(where)s 不是带时区的时间"),
    "{where} is not a date": _("%(where)s 不是日期"),
    "{where} is no time that exists": _("%(where)s 不是存在的时间"),
    "{where} is no date that exists": _("%(where)s 不是存在的日期"),
    "{where} is not a pair": _("%(where)s 不是一对"),
    "{where} is not 64 lower-case hexadecimal digits": _("%(where)s 不是 64 位小写十六进制字符"),
    "the stratum {value} stands twice": _("层 %(value)s 重复"),
    "the slot {value} stands twice": _("席位 %(value)s 重复"),
    "the institution {value} stands twice": _("机构 %(value)s 重复"),
    "the stratum {value} is not declared": _("层 %(value)s 没有列出"),
    "the inspector {value} stands twice": _("检查人员 %(value)s 重复"),
    "the conflict {value} stands twice": _("回避 %(value)s 重复"),
    "the inspector {value} is not in the annex": _("附件中没有检查人员 %(value)s"),
    "the institution {value} is not in the pool": _("名录中没有机构 %(value)s"),
    "the struck institution {value} stands twice": _("剔除的机构 %(value)s 重复"),
    "the parties are not two of {allowed}": _("抽取双方不是 %(allowed)s 中的两方"),
    "not both parties have revealed": _("双方没有都揭示"),
    "the reveal of {party} does not open its commitment": _("%(party)s 的随机数与其承诺值不符"),
    "{name} is no inspector of the annex": _("附件中没有检查人员 %(name)s"),
    "the institution {value} has no team": _("机构 %(value)s 没有检查组"),
    "{out} does not stand in the slot {slot} of {institution}": _(
        "%(institution)s 的席位 %(slot)s 上不是 %(out)s"
    ),
    "{out} is no drawn institution of the stratum {stratum}": _(
        "%(out)s 不是层 %(stratum)s 抽中的机构"
    ),
    "the stratum {stratum} has no reserve left": _("层 %(stratum)s 没有备选机构了"),
    "{where} names more than two parties": _("%(where)s 超过两方"),
    "the beacon's text and its announcement do not go together": _(
        "公共随机源的公布内容与事先的预告不一致"
    ),
    "both reveals are in, so the attempt cannot become void": _("双方均已揭示，本次不能作废"),
    "a replacement needs its reason first": _("替换须先写明理由"),
    "the annex given is not the annex in the record": _("所给的附件与记录中的附件不同"),
    "{name} is not the one of public": _("%(name)s 与公开部分不一致"),
    "annex_hash is not the hash of the annex": _("annex_hash 与附件不符"),
    "pool_hash is not the hash of public and annex": _("pool_hash 与公开部分和附件不符"),
    "a void attempt was not executed": _("作废的一次不应有抽取时间"),
    "{stage} is before its turn": _("%(stage)s 的时间早于应有的顺序"),
    "both reveals were in, so the attempt could not become void": _(
        "双方均已揭示，这一次不可能作废"
    ),
    "a reveal came before both commitments": _("在双方承诺之前就有了揭示"),
    "a reveal has no commitment": _("揭示没有对应的承诺"),
    "the key does not follow from pool, struck, reveals and beacon": _(
        "种子不是由名录、剔除名单、双方随机数和公共随机源算出的"
    ),
    "strata are missing or too many": _("层的数目不对"),
    "the stratum {name} is not in public order": _("层 %(name)s 的顺序与公开部分不同"),
    "{part} of the stratum {name} is not what is drawn": _(
        "层 %(name)s 的 %(part)s 不是应有的抽取结果"
    ),
    "the teams are not those of the drawn institutions": _("检查组与抽中的机构不一致"),
    "the team for {institution} is not what is drawn": _(
        "机构 %(institution)s 的检查组不是应有的抽取结果"
    ),
    "a team has not the declared form": _("检查组不符合规定的形式"),
    "replacement {at} is not what the rule answers": _("第 %(at)s 次替换不是规则应得的结果"),
    "an inspector comes who is already in the team": _("接替的人员已在检查组中"),
    "{name} is not the next reserve": _("%(name)s 不是下一家备选机构"),
    "record_hash is not the hash of this record": _("record_hash 与这份记录不符"),
    "this is not the record whose hash was published": _("这不是公布校验值的那份记录"),
    "{name} cannot be read: {why}": _("%(name)s 无法读取：%(why)s"),
    "the file is larger than {most} MB": _("文件超过 %(most)s MB"),
}


def said(code: str, words: Mapping[str, object]) -> str:
    """A line or a refusal of the rules, in the language of whoever reads it."""
    sentence = SAID.get(code)
    return code.format(**words) if sentence is None else str(sentence) % words
