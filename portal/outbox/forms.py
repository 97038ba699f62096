"""What people enter about the outbox."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.files.forms import UploadField


class ReceiptForm(forms.Form):
    """The receipt of a batch, as the platform gave it or as it was filled in."""

    file = UploadField(
        purpose="outbox_receipt",
        label=_("回执文件"),
        help_text=_(
            "须有四列：batch（批次编号）、row（行号）、status（回执状态）、error（退回原因）。"
        ),
    )
