"""Cases of interpolation, of files of variables, of profiles and of names."""
# ruff: noqa: E501, Q003, SIM905

from random import Random

from bench.compose.case import Case
from bench.compose.files import FILES

MAIN = "project/compose.yaml"
# Expressions; S is set, E is empty, N is not set.
EXPRESSIONS = [
    "$S ${S} ${S:-d} ${S-d} ${S:?e} ${S?e} ${S:+r} ${S+r}",
    "$N ${N} ${N:-d} ${N-d} ${N:+r} ${N+r} ${N:-} ${N-}",
    "$E ${E} ${E:-d} ${E-d} ${E?e} ${E:+r} ${E+r}",
    "${N:-${S}} ${N:-${N:-deep}} ${N-a${S}b} ${S:+x${S}y} ${N:-$S} ${N:-${N-${N:-3}}}",
    "$$ $$S $${S} $$$S a$$b $$$$",
    "${N:-a b} ${N:-a:b} ${N:-a-b} ${N:-http://x:1/y?z=1} ${N:-'q'} ${N:-/p/q}",
    "pre$S.post $S/x ${S}x _$S_ $S-x $S:x",
    "${N:-$$x} ${N:-$${x}} ${N:--} ${N:-?} ${N:-+} ${N--}",
    "${S:-a}${S:+b}${N:-c}${N:+d}",
    "${_x1:-u} ${x_Y2-v}",
    "${N:?} ${N}", "${N:?message}", "${N?message}", "${E:?empty}", "${N:?${S} needed}",
    "${}", "${ S }", "${S", "$", "a $ b", "$1", "${1}", "${S!x}", "${S:=d}", "${S=d}", "${S/a/b}", "${S#a}",
    "${S-d}}", "{$S}", "${N:-{}}", "${N:-}}", "$(S)", "${N:-a${}", "${S }", "${a.b}", "${a-b-c}", "${S:}",
    "100%", "^a.*$", "cost: 5$", "$-x", "${N:-\\$x}", "${N:-a\\}b}", "$S$S", "${S}${N}", "$$$N",
    "${N:-a\tb}", "${N:-ünï}", "$SÜ", "${S:-${N:?no}}", "${N:+${N:?no}}", "${N:-${E:-x}} y",
    "${N:-[1, 2]}", "${N:-{\"a\": 1}}", "${N:-a}b}c", "${N-${S}-${S}}",
]  # fmt: skip
PLACES = [
    "services:\n  web:\n    image: 'a:b'\n    environment:\n      A: {}\n",
    "services:\n  web:\n    image: 'a:b'\n    environment:\n    - {}\n",
    "services:\n  web:\n    image: 'a:b'\n    command: {}\n",
    "services:\n  web:\n    image: 'a:b'\n    command: [echo, {}]\n",
    "services:\n  web:\n    image: {}\n",
    "services:\n  web:\n    image: a\n    labels:\n      l: {}\n      k: [x]\n",
    "services:\n  web:\n    image: a\n    labels: [{}]\n",
    "services:\n  web:\n    image: a\n    x-e:\n      deep: [{{a: {}}}]\n",
    "services:\n  web:\n    image: a\nx-top: {}\n",
    "services:\n  web:\n    build:\n      context: .\n      args: {{A: {}}}\n",
    "services:\n  web:\n    image: a\n    volumes: ['v:/v']\nvolumes:\n  v:\n    name: {}\n",
    "services:\n  web:\n    image: a\n    configs: [c]\nconfigs:\n  c:\n    content: {}\n",
    "services:\n  web:\n    image: a\n    healthcheck:\n      test: {}\n",
]
# Values that become something else than text.
TYPED = [
    ("tty: {}", ["true", "false", "'true'", "yes", "1", "0", "on", "y", "T", "TRUE", "x", ""]),
    ("read_only: {}", ["true", "no", "False", "n", "off"]),
    ("scale: {}", ["2", "0", "2.0", "x", "0x2", "1_0", " 3", ""]),
    ("deploy: {{replicas: {}}}", ["2", "x", "010", "1e1"]),
    ("mem_limit: {}", ["512m", "1g", "100", "x", "1.5G", ""]),
    ("cpus: {}", ["0.5", "2", "1e-1", "x", ""]),
    ("ports: ['{}:80']", ["8080", "8000-8001", "127.0.0.1:80", "x", ""]),
    ("ports: [{{target: {}, published: '81'}}]", ["80", "x", "'80'"]),
    ("ports:\n- target: 80\n  published: {}", ["8080", "80-81", "x", ""]),
    ("stop_grace_period: {}", ["10s", "1m", "5", "x"]),
    ("healthcheck: {{test: a, retries: {}}}", ["3", "x", "3.0"]),
    ("healthcheck: {{test: a, interval: {}, disable: false}}", ["3s", "x"]),
    ("ulimits: {{nofile: {}}}", ["1024", "x", "-1"]),
    ("ulimits: {{nofile: {{soft: {}, hard: 20}}}}", ["10", "x"]),
    ("pids_limit: {}", ["10", "-1", "x"]),
    ("oom_score_adj: {}", ["100", "x"]),
    ("shm_size: {}", ["64m", "1000"]),
    ("depends_on: {{db: {{condition: service_started, required: {}}}}}", ["true", "no", "x"]),
    ("env_file: [{{path: a.env, required: {}}}]", ["false", "true", "x"]),
    ("volumes: [{{type: bind, source: ./a, target: /a, read_only: {}}}]", ["true", "x"]),
    ("volumes: [{{type: tmpfs, target: /a, tmpfs: {{size: {}, mode: 0755}}}}]", ["64m", "10", "x"]),
    ("volumes: ['{}:/a']", ["./d", "/d", "v", "~/d", ""]),
    ("secrets: [{{source: s, mode: {}}}]", ["0440", "256", "0o400", "x"]),
    ("init: {}\nprivileged: {}", ["true", "false"]),
    ("build: {{context: ., no_cache: {}, shm_size: 1g}}", ["true", "x"]),
    ("logging: {{driver: json-file, options: {{max-size: {}}}}}", ["10m", "3"]),
    ("networks: {{n: {{priority: {}}}}}", ["10", "x"]),
    ("restart: {}", ["no", "always"]),
    ("image: {}", ["", "x:1"]),
    ("user: {}", ["1000", "1000:1000", ""]),
    ("expose: [{}]", ["80", "80-82"]),
    ("hostname: {}", ["123", "true", "null", "~"]),
    ("env_file: {}", ["a.env", "none.env", ""]),
    ("extra_hosts: ['h:{}']", ["1.2.3.4", ""]),
    ("dns: ${{N}}", [""]),
]  # fmt: skip
TAIL = "  db:\n    image: db\nvolumes: {v: }\nnetworks: {n: }\nsecrets: {s: {file: ./s}}\n"


def interpolated(random: Random, name: str) -> Case:
    """An expression in a place, or as a value of another type."""
    environment = {"S": "set", "E": ""}
    files = {}
    if random.random() < 0.4:
        form, values = random.choice(TYPED)
        value = random.choice(values)
        expression = random.choice(("${T}", "$T", "${N:-" + value + "}", "${T:-5}", "'${T}'"))
        if expression[0] == "'" and "'" in form:
            expression = "${T}"
        environment["T"] = value
        text = form.format(*[expression] * form.count("{}"))
        lines = "".join(f"    {line}\n" for line in text.split("\n"))
        image = "" if text.startswith("image") else "    image: a\n"
        body = f"services:\n  web:\n{image}{lines}{TAIL}"
        files["project/a.env"] = FILES["a.env"]
    else:
        expression = random.choice(EXPRESSIONS)
        style = random.randrange(4)
        quoted = expression
        if style == 0:
            quoted = "'" + expression.replace("'", "''") + "'"
        elif style in {1, 2}:
            quoted = '"' + expression.replace("\\", "\\\\").replace('"', '\\"') + '"'
        place = random.choice(PLACES)
        body = place.format("A=" + quoted if "    - {}" in place and style == 3 else quoted)
    how = random.randrange(4)
    arguments: list[str] = []
    if how == 1:
        # The values come from a file instead.
        files["project/.env"] = "".join(
            f"{k}='{v}'\n" for k, v in environment.items() if "'" not in v
        )
        environment = {k: v for k, v in environment.items() if "'" in v}
    elif how == 2:
        files["project/v.env"] = "".join(f"{k}={v}\n" for k, v in environment.items())
        files["project/.env"] = "S=unused\nN=unused\n"
        environment = {}
        arguments = ["v.env"]
    files[MAIN] = body
    return Case(
        name,
        "interpolation",
        files,
        given=["compose.yaml"],
        environment=environment,
        env_files=arguments,
    )


VARIABLES = (
    "A B C D E F EMPTY EXPORTED Q1 Q2 Q3 Q4 Q5 Q6 Q7 Q8 Q9 E1 E2 E3 E4 E5 E6 E7 E8 E9 R1 R2 R3 R4 R5"
    " R6 R7 R8 R9 R10 M1 M2 M3 _under lower A1 SPACED COLON INDENT HOST_SET HOST_UNSET"
).split()


def env_files(random: Random, name: str) -> Case:
    """Files of variables: `.env`, `--env-file`, `env_file`."""
    some = random.sample(sorted(FILES), random.choice((1, 1, 2, 3)))
    files = {f"project/{one}": FILES[one] for one in some}
    environment = {"HOST_SET": "from host"} if random.random() < 0.6 else {}
    if random.random() < 0.2:
        environment["A"] = "host A"
    names = [*random.sample(VARIABLES, 6), "A", "B"]
    seen = "".join(f'      SEE_{one}: "<${{{one}}}>"\n' for one in dict.fromkeys(names))
    given: dict[str, list[str]] = {"given": ["compose.yaml"]}
    how = random.randrange(5)
    env = "    environment:\n" + seen
    if how == 0:
        files = {"project/.env": FILES[some[0]]} | files
        body = env
    elif how == 1:
        given["env_files"] = some
        body = env
    else:
        clause = [f"    - {one}\n" for one in some]
        if how == 3:
            clause = [
                f"    - path: ./{one}\n      required: {random.choice(('true', 'false'))}\n"
                + random.choice(("", "", "      format: raw\n"))
                for one in some
            ]
        body = "    env_file:\n" + "".join(clause)
        if random.random() < 0.4:
            body += random.choice(
                (
                    "    environment: [A, B=set, HOST_SET, HOST_UNSET]\n",
                    "    environment: {A: , E1: '', R2: mine}\n",
                    "    environment: {A: '${A}', B: '${B:-none}'}\n",
                )
            )
        if how == 4:
            files["project/.env"] = FILES[random.choice(sorted(FILES))] + "R1=dot\n"
    files[MAIN] = f"services:\n  web:\n    image: a\n{body}"
    if random.random() < 0.1:
        del files[max(files)]
        files[MAIN] = f"services:\n  web:\n    image: a\n{body}"
    return Case(name, "env files", files, environment=environment, **given)  # type: ignore[arg-type]


OPTIONAL = "depends_on: {{{}: {{condition: service_started, required: false}}}}"


def profiled(random: Random, name: str) -> Case:
    """Profiles, and what depends on services outside of them."""
    letters = ["debug", "test", "dev"]
    body = ""
    names = ["web", "db", "cache", "job"][: random.choice((2, 3, 4))]
    for index, one in enumerate(names):
        body += f"  {one}:\n    image: {one}\n"
        if random.random() < 0.55:
            some = random.sample(letters, random.choice((1, 1, 2)))
            body += f"    profiles: [{', '.join(some)}]\n"
        if index and random.random() < 0.4:
            other = random.choice(names[:index])
            form = random.choice(("depends_on: [{}]", OPTIONAL, "links: [{}]", "volumes_from: [{}]",
                "network_mode: 'service:{}'", "ipc: 'service:{}'"))  # fmt: skip
            body += "    " + form.format(other) + "\n"
        if random.random() < 0.4:
            body += random.choice(
                (
                    "    networks: [n]\n" if "network_mode" not in body else "",
                    "    volumes: ['v:/v']\n",
                    "    secrets: [s]\n",
                    "    environment: {X: '${NEEDED:?x}'}\n" if random.random() < 0.2 else "",
                )
            )
    text = f"services:\n{body}networks: {{n: }}\nvolumes: {{v: }}\nsecrets: {{s: {{file: ./s}}}}\n"
    files = {MAIN: text}
    environment = {}
    profiles = random.choice(([], [], ["debug"], ["debug", "test"], ["*"], ["nosuch"]))
    how = random.random()
    if how < 0.15:
        environment["COMPOSE_PROFILES"] = random.choice(
            ("debug", "debug,test", "", "*", " debug , dev")
        )
    elif how < 0.25:
        files["project/.env"] = "COMPOSE_PROFILES=test\n"
    return Case(
        name,
        "profiles",
        files,
        given=["compose.yaml"],
        profiles=list(profiles),
        environment=environment,
    )


def named(random: Random, name: str) -> Case:
    """Which files are found, and what the project is called."""
    text = "services:\n  web:\n    image: '${COMPOSE_PROJECT_NAME}-${COMPOSE_FILE:-none}'\n"
    text += "    volumes: ['./a:/a', 'v:/v']\nvolumes: {v: }\n"
    if random.random() < 0.4:
        text = random.choice(
            ("name: named\n", "name: ${NM:-dflt}\n", "name: Upper.Case\n", "name: ''\n", "name: $NM\n",
             "name: -_lead\n", "name: 12\n", "name: '${COMPOSE_PROJECT_NAME}x'\n")
        ) + text  # fmt: skip
    folder = random.choice(
        ("project", "project", "My Project", "UPPER", "_under", "1num", "dot.ted", "ü")
    )
    main = random.choice(
        ("compose.yaml", "compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
    )
    files = {f"{folder}/{main}": text}
    environment: dict[str, str] = {}
    rest: dict[str, object] = {}
    how = random.randrange(10)
    over = "name: overname\nservices:\n  web:\n    hostname: over\n    volumes: ['./o:/o']\n"
    if how == 0:
        files[f"{folder}/{main.replace('.y', '.override.y')}"] = over
    elif how == 1:
        files[f"{folder}/{random.choice(('compose', 'docker-compose'))}.override.yml"] = over
    elif how == 2:
        files[f"{folder}/other.yaml"] = over
        environment["COMPOSE_FILE"] = f"{main}:other.yaml"
    elif how == 3:
        files[f"{folder}/other.yaml"] = over
        files[f"{folder}/.env"] = f"COMPOSE_FILE={main}:other.yaml\nNM=from-dotenv\n"
    elif how == 4:
        rest["project_name"] = random.choice(("pname", "Bad Name", "a.b", "", "ok_1-x"))
    elif how == 5:
        environment["COMPOSE_PROJECT_NAME"] = random.choice(("envname", "Env Name", "", "x.y"))
    elif how == 6:
        files[f"{folder}/.env"] = "COMPOSE_PROJECT_NAME=dotname\n"
    elif how == 7:
        rest["given"] = [random.choice((f"../{folder}/{main}", f"sub/../{main}", f"./{main}"))]
        files[f"{folder}/sub/"] = ""
    elif how == 8:
        files[f"{folder}/sub/"] = ""
        files[f"{folder}/.env"] = "NM=parent\n"
        return Case(name, "names", files, folder=f"{folder}/sub", environment=environment)
    else:
        files[f"{folder}/compose.yaml"] = text
        files[f"{folder}/docker-compose.yml"] = over
        files[f"{folder}/docker-compose.override.yml"] = over
    return Case(name, "names", files, folder=folder, environment=environment, **rest)  # type: ignore[arg-type]


def placed(random: Random, name: str) -> Case:
    """Files in other folders than the working one, and which `.env` and paths they mean."""
    where = random.choice(("sub", "sub/deep", "../next", "."))
    home = {"sub": "project/sub", "sub/deep": "project/sub/deep", "../next": "next"}.get(
        where, "project"
    )
    text = "services:\n  web:\n    image: 'i:${A:-none}-${B:-none}'\n"
    text += random.choice(
        ("", "    env_file: e.env\n", "    env_file: [{path: ./e.env, required: false}]\n")
    )
    text += random.choice(("", "    build: .\n", "    build: {context: ./app, dockerfile: ../D}\n"))
    text += random.choice(
        (
            "    volumes: ['./a:/a', '../b:/b']\n",
            "    develop: {watch: [{path: ./w, action: rebuild}]}\n",
            "    label_file: l.txt\n",
            "    configs: [c]\n    secrets: [s]\n",
            "    extends: {file: base.yaml, service: b}\n",
        )
    )
    text += "configs: {c: {file: ./c}}\nsecrets: {s: {file: ../s}}\n"
    files = {f"{home}/compose.yaml": text}
    base = "services: {b: {image: b, env_file: e.env, volumes: ['./x:/x']}}\n"
    files[f"{home}/base.yaml"] = base
    for folder in sorted({home, "project"}):
        files[f"{folder}/l.txt"] = f"l={folder}\n"
        if random.random() < 0.8:
            files[f"{folder}/e.env"] = f"E={folder}\nF=${{A:-none}}\n"
        if random.random() < 0.6:
            files[f"{folder}/.env"] = f"A={folder}\n" + random.choice(("", f"B=b-{folder}\n"))
    given = [f"{where}/compose.yaml"]
    if random.random() < 0.4:
        files["project/over.yaml"] = (
            "services:\n  web:\n    volumes: ['./o:/o']\n    env_file: [{path: over.env, required: false}]\n"
        )
        given.insert(random.choice((0, 1, 1)), "over.yaml")
        if given[0] == "over.yaml" and random.random() < 0.7:
            files["project/over.yaml"] += "    image: first\n"
    environment = {"A": "shell"} if random.random() < 0.2 else {}
    chosen = []
    if random.random() < 0.3:
        chosen = random.sample(
            ["one.env", "sub/two.env", "./one.env", "nofile.env"], random.choice((1, 2))
        )
        files |= {"project/one.env": "A=one\nB=$A\n", "project/sub/two.env": "B=two\nA=${A:-x}2\n"}
    elif random.random() < 0.2:
        environment["COMPOSE_ENV_FILES"] = random.choice(("one.env", "one.env,sub/two.env"))
        files |= {"project/one.env": "A=one\n", "project/sub/two.env": "B=two\n"}
    return Case(name, "places", files, given=given, environment=environment, env_files=chosen)
