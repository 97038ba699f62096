"""Words of accounts."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SignInEnd(TextChoices):
    """How a session ended."""

    LOGOUT = "logout", _("退出登录")
    IDLE = "idle", _("超时退出")
    LIMIT = "limit", _("超过最长时限")
    ENDED = "ended", _("本人结束")
    PASSWORD = "password", _("修改密码")  # a word, not a password
    DISABLED = "disabled", _("账号停用")
    NO_POST = "no_post", _("岗位结束")
    REPLACED = "replaced", _("在别处登录")
    FACTOR = "factor", _("动态口令已解除")


PASSWORD_FAULTS = {
    "short": _("密码至少 12 个字符。"),
    "long": _("密码不能超过 256 个字符。"),
    "kinds": _("密码须包含大写字母、小写字母、数字、其他符号中的至少三种。"),
    "name": _("密码不能包含用户名。"),
    "common": _("密码是常见词或本地常用词加数字、符号，容易被猜到，请换一个。"),
    "reused": _("新密码不能与最近 5 次用过的密码相同。"),
}
