"""A server as a resolver of GS1 Digital Links: link types, linksets, its description; none of them a scan."""

from typing import Any

from collecting import make_touchpoint, scans, serving

from o2o.db import Database
from o2o.destinations import RuleDraft, Scope, add_rule, set_destination

DEFAULT = (Scope.DEFAULT, "")
GTIN = "06901234567892"


def test_a_digital_link_is_resolved_by_its_link_type(db: Database, db_path: Any) -> None:
    db.table("products").insert({"sku": "6901", "name": "egg"})
    code = make_touchpoint(db, "6901")
    set_destination(db, *DEFAULT, "https://m.test/{sku}?lot={lot}")
    rule_id = add_rule(db, RuleDraft(*DEFAULT, "https://m.test/pip", "linktype=gs1:pip", "About"), 0).rule_id
    link = f"/01/{GTIN}/10/L%2F7?o2o={code}"
    with serving(db_path) as server:
        plain, pip, default, lacking, short = (
            server.get(link + more).headers.get("location", "").partition("o2o_scan")[0]
            for more in ("", "&linkType=gs1:pip", "&linkType=gs1:defaultLink", "&linkType=gs1:recipe", "")
        )
        assert (plain, pip) == ("https://m.test/6901?lot=L%2F7&", "https://m.test/pip?")
        assert (default, lacking, short) == (plain, "", plain)
        assert server.get(link + "&linkType=gs1:recipe").status_code == 404
        assert server.get(f"/{code}?linkType=gs1:recipe").status_code == 302  # printed codes always lead somewhere
        assert server.get(link).headers["link"] == (
            f'<https://s.example.com/01/{GTIN}/10/L%2F7?linkType=linkset>; rel="linkset"; '
            'type="application/linkset+json"'
        )
        before = 5
        for path, headers in ((link + "&linkType=all", {}), (link, {"accept": "application/linkset+json"})):
            answer = server.get(path, headers=headers)
            assert answer.headers["content-type"] == "application/linkset+json"
            [links] = answer.json()["linkset"]
            assert links["anchor"] == f"https://s.example.com/01/{GTIN}/10/L%2F7"
            assert links["https://gs1.org/voc/pip"] == [{"href": "https://m.test/pip", "title": "About"}]
        described = server.get("/.well-known/gs1resolver")
        assert described.json()["resolverRoot"] == "https://s.example.com"
        assert server.stop() == 0
    found = scans(db, "code, rule_id")
    assert len(found) == before + 1
    assert [rule for _, rule in found].count(rule_id) == 1
