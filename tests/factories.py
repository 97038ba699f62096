"""Factories; traits say what is special. ActorFactory makes the actor of a fresh post."""

from __future__ import annotations

import datetime as dt
from typing import Any

import factory

from agencies.accounts.selectors import actor_from_post
from agencies.models import Agency, Post, Region, User
from portal.access import Actor, AgencyKind, Level, Role

CITY = "310000"
DISTRICT = "310113"
SIBLING = "310114"
DISTRICTS = {DISTRICT: "宝山区", SIBLING: "嘉定区"}


def city() -> Region:
    """上海市, province and city at once."""
    return Region.objects.get_or_create(
        code=CITY, defaults={"name": "上海市", "level": Level.CITY, "path": CITY}
    )[0]


def district(code: str = DISTRICT) -> Region:
    """A district under the city; DISTRICT is one's own, SIBLING the neighbour."""
    defaults = {
        "name": DISTRICTS.get(code, code),
        "level": Level.DISTRICT,
        "parent": city(),
        "path": f"{CITY}/{code}",
    }
    return Region.objects.get_or_create(code=code, defaults=defaults)[0]


class AgencyFactory(factory.django.DjangoModelFactory[Agency]):
    class Meta:
        model = Agency

    code = factory.Sequence(lambda n: f"agency-{n}")
    name = factory.Sequence(lambda n: f"测试单位{n}")
    short_name = factory.SelfAttribute("name")
    kind = AgencyKind.MARKET
    level = Level.DISTRICT
    region = factory.LazyFunction(district)

    class Params:
        sibling = factory.Trait(region=factory.LazyFunction(lambda: district(SIBLING)))
        of_city = factory.Trait(region=factory.LazyFunction(city), level=Level.CITY)


class UserFactory(factory.django.DjangoModelFactory[User]):
    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"user{n}")
    name = factory.Sequence(lambda n: f"张某{n}")


class PostFactory(factory.django.DjangoModelFactory[Post]):
    class Meta:
        model = Post

    user = factory.SubFactory(UserFactory)
    agency = factory.SubFactory(AgencyFactory)
    title = "科员"
    roles = [Role.OFFICER]
    from_on = dt.date(2020, 1, 1)


def ActorFactory(**traits: Any) -> Actor:  # noqa: N802  # reads like the other factories
    """The actor of a new post; takes PostFactory's arguments (roles=, agency__kind=)."""
    post = PostFactory(**traits)
    return actor_from_post(post.pk, source="test")
