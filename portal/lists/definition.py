"""What a list is: rows for an actor, a filter, columns, an order, a permission."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import KW_ONLY, dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from django.utils.translation import gettext_lazy as _

from portal.access.actor import Actor, Allowed

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise

    from portal.lists.filters import ListFilter
    from portal.lists.search import Search

Kind: TypeAlias = Literal["text", "code", "date", "datetime", "integer", "money", "badge", "link"]
FIGURES = frozenset({"integer", "money"})  # set flush right
RESERVED = frozenset({"q", "sort", "page", "columns"})
PAGE_SIZE = 50


def everyone(actor: Actor) -> bool:
    """For columns and lists that are hidden from nobody who may see the list."""
    return True


def staff_only(actor: Actor) -> Allowed:
    """Who may export unless a list says otherwise: staff with an active post."""
    return Allowed(actor.is_staff, str(_("只有在岗工作人员可以导出。")))


def own_page(row: Any) -> str:
    """The address of a row's page, or nothing when its model has no page."""
    address = getattr(row, "get_absolute_url", None)
    return str(address()) if address else ""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list, its export and its API.

    ``value`` is an attribute path (``region.name``, ``get_kind_display``) or a function of the
    row. ``sort`` is the ORM path that sorts it; it must be indexed together with the key.
    ``code`` is text that looks like a number; ``money`` is in yuan with two decimals.
    """

    name: str
    label: StrOrPromise
    value: str | Callable[[Any], Any]
    _: KW_ONLY
    sort: str | None = None
    kind: Kind = "text"
    personal: bool = False
    visible: Callable[[Actor], bool] = everyone
    tone: Callable[[Any], str] | None = None  # of a badge: ok, warn, danger, info, plain
    url: Callable[[Any], str] | None = None  # of a link
    shown: bool = True  # unless the reader chooses columns
    meaning: StrOrPromise = ""  # for the data dictionary and the hint on the head

    def of(self, row: Any) -> Any:
        """The raw value of this column; a missing link of an attribute path gives None."""
        if not isinstance(self.value, str):
            return self.value(row)
        return reduce(_step, self.value.split("."), row)


def _step(value: Any, name: str) -> Any:
    if value is None:
        return None
    found = getattr(value, name)
    return found() if callable(found) else found


@dataclass(frozen=True, slots=True)
class Empty:
    """What an empty list says: why there is nothing, and what to do next."""

    title: StrOrPromise
    hint: StrOrPromise = ""
    action_url: str = ""
    action_label: StrOrPromise = ""


NOTHING = Empty(_("这里还没有记录。"))


@dataclass(frozen=True)
class ListDef:
    """A list. ``order`` is completed by the key, so that ties keep their place.

    ``rows`` already passes ``visible_to`` and joins what the columns read. ``filter`` finds the
    actor in ``request.actor`` of its callables, on pages, in jobs and in the API alike.
    """

    name: str
    title: StrOrPromise
    rows: Callable[[Actor], QuerySet[Any, Any]]
    filter: type[ListFilter] | None
    columns: tuple[Column, ...]
    order: tuple[str, ...]
    permission: Callable[[Actor], Allowed]
    _: KW_ONLY
    search: Search | None = None
    may_export: Callable[[Actor], Allowed] = staff_only
    row_url: Callable[[Any], str] = own_page
    page_size: int = PAGE_SIZE
    empty: Empty = NOTHING

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        if len(set(names)) != len(names):
            raise ValueError(f"The list {self.name!r} names a column twice.")
        taken = RESERVED & set(self.filter.base_filters if self.filter else ())
        if taken:
            raise ValueError(f"The list {self.name!r} uses reserved names: {sorted(taken)}.")

    def columns_for(self, actor: Actor) -> list[Column]:
        """Every column that this actor may see, chosen or not."""
        return [column for column in self.columns if column.visible(actor)]

    def full_order(self, sort: str = "") -> tuple[str, ...]:
        """The order by a column (``name``, ``-name``), or the list's own; it ends in the key."""
        paths = self._sorted_by(sort) or self.order
        if paths[-1].lstrip("-") in {"pk", "id"}:
            return paths
        return (*paths, "-pk" if paths[-1].startswith("-") else "pk")

    def _sorted_by(self, sort: str) -> tuple[str, ...]:
        for column in self.columns:
            if column.sort and column.name == sort.removeprefix("-"):
                return (f"-{column.sort}",) if sort.startswith("-") else (column.sort,)
        return ()


_lists: dict[str, ListDef] = {}


def register_list(defn: ListDef) -> None:
    """Make a list known by name, for its export, saved views and links. Called in ``ready()``."""
    known = _lists.setdefault(defn.name, defn)
    if known is not defn:
        raise ValueError(f"The list {defn.name!r} is registered twice.")


def list_named(name: str) -> ListDef | None:
    return _lists.get(name)


def registered_lists() -> Iterable[ListDef]:
    return [_lists[name] for name in sorted(_lists)]
