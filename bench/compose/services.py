"""Cases of services in one file and in several: all keys, merged in all the ways there are."""
# ruff: noqa: E501, SIM905

import re
from random import Random

from bench.compose.assemble import Maker, entry, indent
from bench.compose.case import Case
from bench.compose.grammar import BUILD, SECTIONS, SERVICE, TOP

MAIN = "project/compose.yaml"
# A line whose value is plain, and can be put into a variable.
PLAIN = re.compile(r"^( *(?:- )?[\w.-]+: |  *- )([A-Za-z0-9][\w./-]*)$", re.MULTILINE)


def singles() -> list[Case]:
    """Each form of each key alone."""
    found = []
    forms = {key: value.all() for key, value in SERVICE.items()} | {"build": BUILD.all()}
    for key, texts in forms.items():
        for index, text in enumerate(texts):
            maker = Maker(Random(f"{key}{index}"))
            maker.environment = {"HOST_SET": "from host"}
            base = "" if key in {"build", "provider"} else "image: alpine\n"
            body = maker.use(base + text)
            maker.files[MAIN] = f"services:\n{indent(entry('web', body) + maker.others())}" + (
                maker.definitions(refused=0, forms=False)
            )
            found.append(maker.case(f"one-{key}-{index}", "single", given=["compose.yaml"]))
    for kind, top in TOP.items():
        for index, text in enumerate(top.all()):
            maker = Maker(Random(f"{kind}{index}"))
            maker.environment = {"HOST_SET": "from host"}
            key = SECTIONS[kind]
            used = f"services:\n  web:\n    image: alpine\n    {key}: [it]\n"
            if kind == "vol":
                used = used.replace("[it]", "['it:/it']")
            maker.files[MAIN] = used + f"{key}:\n{indent(entry('it', text))}"
            found.append(maker.case(f"one-{key}-top-{index}", "single", given=["compose.yaml"]))
    return found


def mixed(random: Random, name: str) -> Case:
    """Several services with several keys, in one file."""
    maker = Maker(random)
    services = {}
    for index in range(random.choice((1, 1, 2, 3))):
        services["web app-1 Api_2".split()[index]] = maker.body(
            maker.features(random.choice((1, 2, 3, 4, 6, 9)))
        )
    more = random.choice(("", "", "", "name: given-name\n", "x-top: {a: 1}\n", "version: '3.8'\n"))
    text = maker.document(services, more=more)
    if random.random() < 0.3:
        text = into_variables(maker, text)
    maker.files[MAIN] = text
    return maker.case(name, "mixed", given=["compose.yaml"])


def into_variables(maker: Maker, text: str, share: float = 0.4) -> str:
    """Put plain values into variables, set in the environment or given as default."""
    random = maker.random

    def put(match: re.Match[str]) -> str:
        if random.random() > share:
            return match[0]
        name = f"V{len(maker.environment)}"
        how = random.randrange(5)
        if how == 0:
            return f"{match[1]}${{{name}_UNSET:-{match[2]}}}"
        if how == 1:
            return f'{match[1]}"${{{name}_UNSET-{match[2]}}}"'
        maker.environment[name] = match[2]
        return match[1] + (f"${name}", f"${{{name}:?needed}}", f"'${{{name}}}'")[how - 2]

    return PLAIN.sub(put, text)


def _pair(maker: Maker) -> tuple[str, str, list[str]]:
    """Two bodies for one service that share keys, and the keys."""
    random = maker.random
    shared = maker.features(random.choice((1, 1, 2, 3)))
    one = maker.body(shared + [k for k in maker.features(1) if k not in shared])
    base = random.choice(("", "x-o: 1", "image: other:2", "build: ./other"))
    other = maker.body(shared, base=base or "x-over: yes")
    return one, other, shared


def tagged(random: Random, body: str, share: float = 1.0) -> str:
    """The body with `!reset` or `!override` at some keys, sequences or scalars."""
    lines = body.split("\n")
    places = [n for n, line in enumerate(lines) if re.match(r" *(- )?[\w.-]+:( |$)", line)]
    for place in random.sample(places, min(len(places), random.choice((1, 1, 2)))):
        if not lines[place] or random.random() > share:
            continue
        tag = random.choice(("!reset", "!override", "!override"))
        key, value = re.split(r"(?<=:)(?= |$)", lines[place], maxsplit=1)
        if tag == "!reset" and random.random() < 0.6:
            blank = place + 1
            deep = len(key) - len(key.lstrip())
            while blank < len(lines) and (
                lines[blank].startswith("- " if deep == 0 else " " * deep + "- ")
                or len(lines[blank]) - len(lines[blank].lstrip()) > deep
            ):
                lines[blank] = ""
                blank += 1
            value = random.choice((" null", "", " []", " {}", " ''", " old"))
        lines[place] = f"{key} {tag}{value}"
    return "\n".join(line for line in lines if line)


def overridden(random: Random, name: str) -> Case:
    """Two or three files, given or found."""
    maker = Maker(random)
    one, other, shared = _pair(maker)
    kind = "merged"
    if random.random() < 0.3:
        other, kind = tagged(random, other), "tags"
    elif random.random() < 0.1:
        one = tagged(random, one)
    third = maker.body(shared[:1], base="x-third: 3") if random.random() < 0.2 else ""
    uses = [maker.use(text) for text in (one, other, third)]
    maker.files[MAIN] = f"services:\n{indent(entry('web', uses[0]))}"
    second = f"services:\n{indent(entry('web', uses[1]) + maker.others())}"
    second += maker.definitions()
    given = ["compose.yaml", "over.yaml"]
    if random.random() < 0.25:
        given = []
        maker.files[
            "project/" + random.choice(("compose.override.yaml", "compose.override.yml"))
        ] = second
    else:
        where = random.choice(("project/over.yaml", "project/sub/over.yaml", "over.yaml"))
        given = ["compose.yaml", where.removeprefix("project/") if "/" in where else "../over.yaml"]
        maker.files[where] = second
        if third:
            maker.files["project/third.yaml"] = f"services:\n{indent(entry('web', uses[2]))}"
            given.append("third.yaml")
    if random.random() < 0.3:
        # The same definition in both files, in two forms.
        some = random.choice(sorted(SECTIONS))
        key = SECTIONS[some]
        if not re.search(rf"^{key}:", second, re.MULTILINE):
            body = entry("twice", TOP[some].one(random))
            maker.files[MAIN] += f"{key}:\n{indent(body)}"
            path = next(path for path in maker.files if "over" in path)
            body = entry("twice", TOP[some].one(random))
            maker.files[path] += f"{key}:\n{indent(body)}"
    return maker.case(name, kind, given=given)


def extended(random: Random, name: str) -> Case:
    """`extends` from the same or another file, in chains, from other folders."""
    maker = Maker(random)
    one, other, _ = _pair(maker)
    how = random.randrange(8)
    clause = "extends:\n  service: base"
    if how == 0:
        clause = "extends: base"
    where = random.choice(("project/common.yaml", "project/sub/common.yaml", "other/common.yaml"))
    path = {"other/common.yaml": "../other/common.yaml"}.get(where, where.removeprefix("project/"))
    if how >= 3:
        clause = f"extends:\n  file: {random.choice(('', './')) if path[0] != '.' else ''}{path}\n"
        clause += "  service: base"
    if random.random() < 0.15:
        other = tagged(random, other)
    other = re.sub(r"^build: \./other$|^x-over: yes$", "x-over: 1", other, flags=re.MULTILINE)
    web = entry("web", maker.use(other + "\n" + clause))
    base = entry("base", maker.use(one, "project" if how < 3 else where.rpartition("/")[0]))
    if how == 5:
        base = entry("base", "extends: {service: root}\n" + maker.use(one)) + entry(
            "root", maker.use(maker.body(maker.features(2)))
        )
    if how == 6:
        base = entry("base", "extends: {service: root, file: deep/root.yaml}\nx-b: 1")
        root = entry("root", maker.use(one, where.rpartition("/")[0] + "/deep"))
        maker.files[where.rpartition("/")[0] + "/deep/root.yaml"] = f"services:\n{indent(root)}"
    if how == 7 and random.random() < 0.4:
        clause = random.choice(("web", "nosuch", "base"))
        base = entry("base", f"image: x\nextends: {clause}")
    if how < 3:
        both = base + web if random.random() < 0.5 else web + base
        maker.files[MAIN] = f"services:\n{indent(both + maker.others())}" + maker.definitions()
    else:
        maker.files[MAIN] = f"services:\n{indent(web + maker.others())}" + maker.definitions()
        maker.files[where] = f"services:\n{indent(base)}" + random.choice(
            ("", "networks: {own: }\n", "name: elsewhere\n", "x-other: 1\n")
        )
        if random.random() < 0.1:
            del maker.files[where]
    given = ["compose.yaml"]
    if random.random() < 0.15:
        maker.files["project/z.yaml"] = f"services:\n{indent(entry('web', 'hostname: last'))}"
        given.append("z.yaml")
    return maker.case(name, "extends", given=given)


def included(random: Random, name: str) -> Case:
    """`include` in its forms, nested, with conflicts."""
    maker = Maker(random)
    here = maker.use(maker.body(maker.features(1)))
    own = f"services:\n{indent(entry('web', here) + maker.others())}" + maker.definitions()
    inner = Maker(random)
    folder = random.choice(("project", "project/sub", "lib"))
    path = {"project": "inc.yaml", "project/sub": "sub/inc.yaml", "lib": "../lib/inc.yaml"}[folder]
    there = inner.use(inner.body(inner.features(2)), folder)
    service = random.choice(("api", "api", "api", "api", "web"))
    text = f"services:\n{indent(entry(service, there) + inner.others())}" + inner.definitions()
    text = text if random.random() < 0.6 else into_variables(maker, text)
    maker.files |= inner.files
    maker.environment |= inner.environment
    maker.files[f"{folder}/inc.yaml"] = text
    how = random.randrange(9)
    clause = f"include:\n- {path}\n"
    if how == 1:
        clause = f"include:\n- path: {path}\n"
    elif how == 2:
        clause = (
            f"include:\n- path: {path}\n  project_directory: {random.choice(('.', './pd', '..'))}\n"
        )
    elif how == 3:
        clause = (
            f"include:\n- path: {path}\n  env_file: {random.choice(('./inc.env', 'inc.env'))}\n"
        )
        maker.files["project/inc.env"] = "HOST_SET=from include\nINC=1\n"
        maker.files[f"{folder}/inc.yaml"] += "x-inc: ${INC:-none}\n"
    elif how == 4:
        clause = f"include:\n- path: [{path}, more.yaml]\n"
        more = entry(service, inner.body(["environment"], base="x-m: 1"))
        maker.files["project/more.yaml"] = f"services:\n{indent(inner.use(more))}"
    elif how == 5:
        maker.files[f"{folder}/deeper.yaml"] = (
            "services:\n  deep:\n    image: d\n    volumes: ['./v:/v']\n"
        )
        maker.files[f"{folder}/inc.yaml"] = "include: [deeper.yaml]\n" + text
    elif how == 6:
        maker.files[f"{folder}/.env"] = "HOST_SET=dotenv of include\nONLY=there\n"
        extra = entry("seen", "image: i:${ONLY:-unset}-${HOST_SET:-none}")
        maker.files[f"{folder}/inc.yaml"] = text.replace(
            "services:\n", f"services:\n{indent(extra)}", 1
        )
    elif how == 7 and random.random() < 0.5:
        clause = random.choice(
            (
                "include: inc.yaml\n",
                "include: [missing.yaml]\n",
                f"include: [{path}, {path}]\n",
                "include: []\n",
                "include:\n- project_directory: .\n",
                f"include:\n- path: {path}\n  unknown: 1\n",
                "include: [compose.yaml]\n",
                f"include:\n- path: {path}\n  env_file: nofile.env\n",
            )
        )
    elif how == 8 and random.random() < 0.4:
        maker.files[f"{folder}/inc.yaml"] = (
            f"include: [{'compose.yaml' if folder == 'project' else '../project/compose.yaml'}]\n"
            + text
        )
    maker.files[MAIN] = clause + own if random.random() < 0.7 else own + clause
    given = ["compose.yaml"]
    if random.random() < 0.2:
        body = entry(
            service, random.choice(("environment: {O: 1}", "ports: ['1:1']", "image: over"))
        )
        maker.files["project/over.yaml"] = f"services:\n{indent(body)}"
        given.append("over.yaml")
    return maker.case(name, "include", given=given)


def anchored(random: Random, name: str) -> Case:
    """Anchors, aliases and merge keys, in services and in their values."""
    maker = Maker(random)
    one, other, _ = _pair(maker)
    one, other = maker.use(one), maker.use(other)
    how = random.randrange(6)
    if how == 0:
        head = f"x-base: &base\n{indent(one)}\n"
        body = "<<: *base\n" + other
    elif how == 1:
        head = f"x-a: &a\n{indent(one)}\nx-b: &b\n  image: b\n  hostname: hb\n"
        body = "<<: [*a, *b]\n" + other if random.random() < 0.5 else other + "\n<<: [*b, *a]"
    elif how == 2:
        head = "x-env: &env\n  A: 1\n  B: two\nx-list: &list [A=1, B]\n"
        body = random.choice(
            (
                "image: i\nenvironment:\n  <<: *env\n  C: 3",
                "image: i\nenvironment: *env",
                "image: i\nenvironment: *list",
                "image: i\nenvironment:\n  <<: *env\n  A: mine\nlabels: *env",
                "image: i\nenvironment:\n  <<: *list",
                "image: i\nlabels:\n  <<: [*env, {B: x, D: y}]",
                "image: i\nbuild: {context: ., args: *env}",
            )
        )
    elif how == 3:
        head = ""
        body = one
        other = ""
    elif how == 4:
        head = f"x-deep: &deep\n  svc: &inner\n{indent(one, 4)}\n"
        body = "<<: *inner\nx-d: *deep"
    else:
        head = "x-v: &v 8080\nx-s: &s 'name'\n"
        body = "image: i\nports: [*v]\nhostname: *s\nenvironment: {A: *v, *s : x}"
        body = (
            body if random.random() < 0.5 else f"image: i\nexpose: [*v]\nlabels: {{a: *s}}\n{other}"
        )
    text = "services:\n"
    if how == 3:
        text += f"  web: &web\n{indent(body, 4)}\n  copy:\n    <<: *web\n    hostname: c\n  same: *web\n"
    else:
        text += indent(entry("web", body))
    text += indent(maker.others())
    maker.files[MAIN] = head + text + maker.definitions()
    if random.random() < 0.15:
        maker.files[MAIN] = into_variables(maker, maker.files[MAIN], 0.2)
    given = ["compose.yaml"]
    if random.random() < 0.15:
        over = entry("web", "environment: !reset null\nhostname: !override z")
        maker.files["project/over.yaml"] = f"services:\n{indent(over)}"
        given.append("over.yaml")
    return maker.case(name, "anchors", given=given)
