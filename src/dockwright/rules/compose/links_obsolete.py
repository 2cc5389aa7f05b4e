"""DW6205 links-obsolete."""

from dockwright.rules.api import Bad, Findings, Good, Rule, Service, unsafe


class LinksObsolete(Rule):
    """
    Leave out `links`: services of a network reach each other by name.

    Links come from the time before user-defined networks. Today they only order the starts, which
    `depends_on` does as well, and give other names, for which a network's `aliases` are there.

    Silent about links with an alias: those names may be in use.
    """

    code = "DW6205"
    name = "links-obsolete"
    severity = "info"
    tier = "optional"
    tags = ("compose", "network", "dead-code")
    mentions = ("links",)

    examples = (
        Bad(
            "services:\n  web:\n    image: web:1\n    links:\n      - db\n    depends_on: [db]\n"
            "  db:\n    image: db:1\n",
            at="links",
            fixed="services:\n  web:\n    image: web:1\n    depends_on: [db]\n"
            "  db:\n    image: db:1\n",
        ),
        Bad(
            "services:\n  web:\n    image: web:1\n    links: [db]\n  db:\n    image: db:1\n",
            at="links",
            fixed="services:\n  web:\n    image: web:1\n    depends_on: [db]\n"
            "  db:\n    image: db:1\n",
        ),
        Good(
            "services:\n  web:\n    image: web:1\n    links: ['db:mysql']\n  db:\n    image: db:1\n"
        ),
    )

    def check(self, service: Service) -> Findings:
        links = [str(one) for one in service.items("links")]
        if not links or "links" not in service.config.places:
            return
        if any(":" in one and one.partition(":")[0] != one.partition(":")[2] for one in links):
            return
        node = service.node
        written = node is not None and node.get("depends_on") is not None
        draft = self.at(
            service.key("links"), "links are not needed: services of a network know their names"
        )
        named = set(service.mapping("depends_on"))
        if written and named >= {one.partition(":")[0] for one in links}:
            draft.fix("delete them", unsafe(service.delete("links")))
        elif not written and all(":" not in one for one in links):
            place = service.own("links")
            if place is not None and place.key is not None:
                draft.fix("write depends_on", unsafe(service.project.rename(place, "depends_on")))
        yield draft
