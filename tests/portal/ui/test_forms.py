"""Every form has labels, hints, marks and errors that a reader and a screen reader find."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django import forms
from django.template.loader import render_to_string
from django.utils import translation


class LicenceForm(forms.Form):
    name = forms.CharField(label="机构名称", help_text="与执照一致。", max_length=20)
    issued_on = forms.DateField(label="发证日期", required=False)
    seen_at = forms.DateTimeField(label="看到的时间", required=False)
    media = forms.MultipleChoiceField(
        label="要素", choices=[("w", "水")], widget=forms.CheckboxSelectMultiple
    )
    sure = forms.BooleanField(label="已确认")
    seen = forms.CharField(widget=forms.HiddenInput)

    def clean(self) -> None:
        raise forms.ValidationError("两项不一致。")


@pytest.fixture(autouse=True)
def chinese():
    with translation.override("zh-hans"):
        yield


def test_a_field_has_its_label_mark_hint_and_error():
    form = LicenceForm({"name": ""})
    html = form["name"].as_field_group()
    assert '<label class="form-label" for="id_name">' in html
    assert "必填" in html
    tag = re.search(r"<input[^>]*>", html)
    assert tag is not None
    for wanted in ('aria-invalid="true"', 'class="form-control is-invalid"'):
        assert wanted in tag.group(0)
    described = re.search(r'aria-describedby="([^"]*)"', tag.group(0))
    assert described is not None
    for name in described.group(1).split():
        assert f'id="{name}"' in html


def test_dates_use_the_browsers_calendar():
    form = LicenceForm(initial={"issued_on": dt.date(2026, 3, 2)})
    assert 'type="date"' in str(form["issued_on"])
    assert 'value="2026-03-02"' in str(form["issued_on"])
    assert 'type="datetime-local"' in str(form["seen_at"])
    assert LicenceForm.base_fields["issued_on"].widget.input_type == "text"


def test_a_group_of_choices_is_a_fieldset_without_classes_on_its_list():
    html = LicenceForm({})["media"].as_field_group()
    assert "<fieldset" in html
    assert "<legend" in html
    assert "form-c" not in html.replace("form-label", "")


def test_the_summary_leads_to_every_field_and_says_what_is_wrong_in_general():
    html = render_to_string("components/form_errors.html", {"form": LicenceForm({"name": ""})})
    assert "两项不一致。" in html
    for name in ("id_name", "id_media", "id_sure"):
        assert f'href="#{name}"' in html
    assert "id_seen" not in html


def test_a_form_without_errors_has_no_summary():
    assert not render_to_string("components/form_errors.html", {"form": LicenceForm()}).strip()


def test_hidden_fields_are_drawn_once_and_alone():
    assert str(LicenceForm()).count('name="seen"') == 1
