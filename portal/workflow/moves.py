"""A workflow is a table of moves; `apply` is the only thing that sets a state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from portal.access import Actor, Allowed
from portal.audit.record import record
from portal.errors import Conflict, Refused
from portal.refs import ref

_workflows: list[Workflow] = []


@dataclass(frozen=True, slots=True)
class Move:
    """One legal move: from which states, to which, who may, on what basis, reason or not.

    ``consequence`` is the sentence shown before a move with legal effect is made.
    """

    name: str
    label: str | Promise
    sources: tuple[str, ...]
    target: str
    permission: str
    basis: str
    reason: bool
    consequence: str | Promise = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """A move that the present state offers, and whether this actor may make it."""

    move: Move
    allowed: bool
    why_not: str


def move(
    name: str,
    label: str | Promise,
    sources: Iterable[str],
    target: str,
    *,
    permission: str,
    basis: str = "",
    reason: bool = False,
    consequence: str | Promise = "",
) -> Move:
    """A row of the table. ``permission`` names a ``can_<verb>`` of the room's permissions."""
    return Move(name, label, tuple(sources), target, permission, basis, reason, consequence)


class Workflow:
    """The table of one model, whose ``state`` nothing else may set."""

    def __init__(
        self,
        model: type[models.Model],
        *moves: Move,
        permissions: str,
        begins_in: Iterable[str] = (),
    ) -> None:
        """``begins_in``: states that seeds begin in, besides the default."""
        self.model = model
        self.moves = {each.name: each for each in moves}
        self.permissions = permissions
        self.begins_in = tuple(begins_in)
        if len(self.moves) != len(moves):
            raise ValueError(f"A move of {model.__name__} stands twice in its table.")
        _workflows.append(self)

    @transaction.atomic
    def apply(
        self,
        name: str,
        obj: models.Model,
        /,
        *,
        actor: Actor,
        reason: str = "",
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        """Make a move by compare-and-swap and write its audit line.

        Raises PermissionDenied for the wrong actor, Refused when the state does not offer the
        move or a due reason is missing, Conflict when another request was faster.
        """
        step = self.moves[name]
        if not actor.is_job:
            allowed = self._allowed(step, actor, obj)
            if not allowed:
                raise PermissionDenied(allowed.why_not)
        before = self._state(obj)
        if before not in step.sources:
            raise Refused(self._not_offered(step, before), code="wrong_state")
        if step.reason and not reason.strip():
            raise Refused(_("请写明“%(move)s”的理由。") % {"move": step.label}, code="reason")
        self._swap(obj, before, step.target)
        changes = {"state": [before, step.target]}
        verb = f"{self.model._meta.model_name}.{name}"
        record(actor, verb, obj, changes=changes, reason=reason, facts=facts)

    def offers(self, obj: models.Model, actor: Actor) -> list[Offer]:
        """The moves that the present state knows, each with the answer for this actor."""
        state = self._state(obj)
        steps = [step for step in self.moves.values() if state in step.sources]
        answers = [(step, self._allowed(step, actor, obj)) for step in steps]
        return [Offer(step, bool(answer), str(answer.why_not)) for step, answer in answers]

    def _allowed(self, step: Move, actor: Actor, obj: models.Model) -> Allowed:
        can = cast(
            "Callable[[Actor, models.Model], Allowed]",
            import_string(f"{self.permissions}.{step.permission}"),
        )
        return can(actor, obj)

    def _swap(self, obj: models.Model, before: str, after: str) -> None:
        rows = self.model._base_manager.filter(pk=obj.pk, state=before)
        if rows.update(state=after) != 1:
            raise conflict_of(obj)
        obj.state = after  # type: ignore[attr-defined]  # every workflow's model has a state

    def _not_offered(self, step: Move, state: str) -> str:
        words = {"state": _label(self.model, state), "move": step.label}
        return _("当前状态为“%(state)s”，不能“%(move)s”。请刷新页面查看最新情况。") % words

    def _state(self, obj: models.Model | None) -> str:
        return str(getattr(obj, "state", ""))


def registered_workflows() -> list[Workflow]:
    """Every table there is, for tests and for the printed documentation."""
    return list(_workflows)


def seen(obj: models.Model, posted: str | None) -> None:
    """Refuse a form that was filled in before the record changed its state.

    ``posted`` is the hidden field ``seen`` of components/moves.html; a form without it (an
    older page, the API) is let through, since `apply` compares and swaps in any case.
    """
    if posted and posted != str(getattr(obj, "state", "")):
        raise conflict_of(obj)


def conflict_of(obj: models.Model) -> Conflict:
    """The conflict to raise when a record is not as its page showed it."""
    from portal.audit.selectors import last_act

    model = type(obj)
    fresh = model._base_manager.filter(pk=obj.pk).first()
    label = _label(model, str(getattr(fresh, "state", ""))) if fresh else _("已删除")
    by, at = last_act(ref(obj))
    address = getattr(fresh, "get_absolute_url", None)
    return Conflict(label, by, at, address() if address else "")


def _label(model: type[models.Model], state: str) -> str:
    if not any(field.name == "state" for field in model._meta.fields):
        return _("已被修改")
    field = cast("models.CharField[str, str]", model._meta.get_field("state"))
    return str(dict(field.flatchoices).get(state, state))
