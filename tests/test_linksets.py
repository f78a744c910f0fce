"""Linksets: each link type of the rules, the default always, and only what can hold for the touchpoint."""

import json

from collecting import make_touchpoint

from o2o.collect.routing.targets import load_targets
from o2o.db import Database
from o2o.destinations import RuleDraft, Scope, add_rule, set_destination
from o2o.destinations.linksets import describe_resolver, lacks_link, make_linkset, wants_linkset

DEFAULT = (Scope.DEFAULT, "")
VOC = "https://gs1.org/voc/"


def draft(path: str, when: str, name: str = "") -> RuleDraft:
    return RuleDraft(*DEFAULT, f"https://m.test{path}", when, name)


def test_a_linkset_has_what_the_rules_name_and_the_default(db: Database) -> None:
    code = make_touchpoint(db, "007")
    add_rule(db, draft("/pip/{sku}", "linktype=gs1:pip", "About the egg"), 0)
    add_rule(db, draft("/en/{sku}", "linktype=gs1:pip language=en"), 0)
    add_rule(db, draft("/safety?c={click}", "linktype=gs1:safetyInfo app=wechat"), 0)
    add_rule(db, draft("/other", "linktype=gs1:recallStatus store=S9"), 0)
    routes = load_targets(db, 0).map
    site = routes.find_site((code, "product", "007", None, None, "shelf_tag", ""))
    [links] = json.loads(make_linkset(routes, site, "https://s.example.com/01/1"))["linkset"]
    assert links == {
        "anchor": "https://s.example.com/01/1",
        VOC + "pip": [
            {"href": "https://m.test/pip/007", "title": "About the egg"},
            {"href": "https://m.test/en/007", "title": "gs1:pip", "hreflang": ["en"]},
        ],
        VOC + "safetyInfo": [{"href": "https://m.test/safety?c=", "title": "gs1:safetyInfo"}],
        VOC + "defaultLink": [{"href": f"https://s.example.com/p/{code}", "title": code}],
    }
    assert lacks_link(routes, site, "linkType=gs1:recallStatus")
    for known in ("", "linkType=gs1:pip", "linkType=gs1:defaultLink", "linkType=https://ref.gs1.org/voc/pip"):
        assert not lacks_link(routes, site, known)


def test_the_default_link_is_the_destination_without_conditions(db: Database) -> None:
    code = make_touchpoint(db, "007")
    set_destination(db, *DEFAULT, "https://m.test/{code}")
    routes = load_targets(db, 0).map
    site = routes.find_site((code, "product", "007", None, None, "shelf_tag", ""))
    [links] = json.loads(make_linkset(routes, site, "a"))["linkset"]
    assert links == {"anchor": "a", VOC + "defaultLink": [{"href": f"https://m.test/{code}", "title": code}]}


def test_a_linkset_is_asked_for_by_its_link_type_or_media_type() -> None:
    assert wants_linkset("linkType=linkset", "")
    assert wants_linkset("a=1&linkType=all", "*/*")
    assert wants_linkset("", "application/linkset+json, application/json")
    assert not wants_linkset("linkType=gs1:pip", "text/html,*/*")


def test_a_resolver_describes_itself(db: Database) -> None:
    described = json.loads(describe_resolver(load_targets(db, 0).settings))
    assert described["resolverRoot"] == "https://s.example.com"
    assert "01" in described["supportedPrimaryKeys"]
