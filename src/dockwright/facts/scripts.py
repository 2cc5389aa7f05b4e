"""
Which programs and modules well-known packages of Python and Node bring.

Read from the packages themselves in November 2026, each in two versions: the one named here and
the newest. PyPI: `entry_points.txt`, `*.data/scripts` and the top level of the wheels that
`pip download --no-deps` gives; npm: `npm view NAME@VERSION bin`. Only what both versions have is
listed, without names that hold a version of Python; so a package may bring more, and what it
brings before the version named here is not known.
"""

from dockwright.text.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

# A distribution: the oldest version read, its programs, its modules (a directory each).
_PYPI = """
aiohttp 3.8.0 : : aiohttp
alembic 1.20.1 : alembic : alembic
ansible-core 2.21.5 : ansible ansible-galaxy ansible-inventory ansible-playbook : ansible
awscli 1.18.0 : aws aws_completer : awscli
black 22.1.0 : black blackd : black blackd
boto3 1.17.0 : : boto3
build 0.7.0 : pyproject-build : build
celery 4.4.0 : celery : celery
certifi 2020.12.5 : : certifi
cffi 1.15.0 : : cffi
click 7.0 : : click
cmake 3.20.2 : cmake cpack ctest : cmake
cryptography 3.4 : : cryptography
cython 3.0.0 : cygdb cython cythonize : Cython
daphne 3.0.0 : daphne : daphne
django 2.2 : django-admin : django
dumb-init 1.2.5 : dumb-init :
fastapi 0.112.0 : fastapi : fastapi
flake8 3.8.0 : flake8 : flake8
flask 1.0 : flask : flask
gevent 26.9.0 : : gevent
granian 2.8.7 : granian : granian
gunicorn 20.0.0 : gunicorn : gunicorn
hatch 1.0.0 : hatch : hatch
honcho 1.1.0 : honcho : honcho
httpie 2.0.0 : http https : httpie
httpx 0.18.0 : : httpx
hypercorn 0.11.0 : hypercorn : hypercorn
isort 5.0.0 : isort : isort
jinja2 2.11.0 : : jinja2
jupyterlab 3.0.0 : jupyter-lab jupyter-labextension : jupyterlab
locust 2.0.0 : locust : locust
meson 0.60.0 : meson : mesonbuild
mkdocs 1.2 : mkdocs : mkdocs
mypy 0.900 : dmypy mypy mypyc stubgen stubtest : mypy
ninja 1.10.0 : ninja : ninja
notebook 6.0.0 : jupyter-notebook : notebook
nox 2021.6.6 : nox : nox
numpy 1.24.0 : f2py : numpy
pandas 2.0.0 : : pandas
pdm 2.0.0 : pdm : pdm
pillow 9.0.0 : : PIL
pip 21.0 : pip pip3 : pip
pip-tools 6.0.0 : pip-compile pip-sync : piptools
pipenv 2022.1.8 : pipenv : pipenv
pipx 1.0.0 : pipx : pipx
poetry 1.1.0 : poetry : poetry
pre-commit 2.10.0 : pre-commit : pre_commit
psutil 5.8.0 : : psutil
psycopg2-binary 2.9 : : psycopg2
pydantic 1.8 : : pydantic
pylint 2.6.0 : pylint pyreverse symilar : pylint
pytest 5.0.0 : py.test pytest :
python-dotenv 0.15.0 : dotenv : dotenv
pyyaml 5.4 : : yaml
redis 3.5.0 : : redis
requests 2.22.0 : : requests
ruff 0.0.200 : ruff : ruff
scrapy 2.5.0 : scrapy : scrapy
setuptools 50.0.0 : : setuptools
sphinx 4.0.0 : sphinx-apidoc sphinx-autogen sphinx-build sphinx-quickstart : sphinx
sqlalchemy 1.3.24 : : sqlalchemy
starlette 0.20.0 : : starlette
streamlit 1.0.0 : streamlit : streamlit
supervisor 4.2.0 : echo_supervisord_conf pidproxy supervisorctl supervisord : supervisor
tox 3.20.0 : tox : tox
tqdm 4.50.0 : tqdm : tqdm
twine 3.3.0 : twine : twine
uv 0.3.0 : uv uvx : uv
uvicorn 0.13.0 : uvicorn : uvicorn
virtualenv 20.0.0 : virtualenv : virtualenv
waitress 1.4.0 : waitress-serve : waitress
watchfiles 0.18.0 : watchfiles : watchfiles
wheel 0.36.0 : wheel : wheel
yt-dlp 2022.1.21 : yt-dlp : yt_dlp
"""

# A package: the oldest version read, its programs.
_NPM = """
@angular/cli 9.0.0 : ng
@nestjs/cli 7.0.0 : nest
@openapitools/openapi-generator-cli 2.4.0 : openapi-generator-cli
@vue/cli 4.5.0 : vue
aws-cdk 2.0.0 : cdk
bower 1.8.0 : bower
bun 1.0.0 : bun bunx
concurrently 6.0.0 : concurrently
corepack 0.14.0 : corepack pnpm pnpx yarn yarnpkg
create-react-app 4.0.0 : create-react-app
cross-env 7.0.0 : cross-env cross-env-shell
dotenv-cli 4.0.0 : dotenv
eslint 6.0.0 : eslint
firebase-tools 10.0.0 : firebase
forever 4.0.0 : forever
grunt-cli 1.3.0 : grunt
gulp-cli 2.2.0 : gulp
http-server 0.12.0 : http-server
jest 26.0.0 : jest
json-server 0.16.0 : json-server
lerna 4.0.0 : lerna
live-server 1.2.0 : live-server
markdownlint-cli 0.30.0 : markdownlint
mocha 8.0.0 : mocha
netlify-cli 9.1.0 : netlify ntl
next 12.0.0 : next
node-gyp 8.0.0 : node-gyp
nodemon 2.0.0 : nodemon
npm 6.0.0 : npm npx
nx 14.0.0 : nx
pm2 4.0.0 : pm2 pm2-dev pm2-docker pm2-runtime
pnpm 6.0.0 : pnpm pnpx
prettier 2.0.0 : prettier
prisma 3.1.0 : prisma
rimraf 3.0.0 : rimraf
semantic-release 18.0.0 : semantic-release
serve 11.0.0 : serve
serverless 3.0.0 : serverless sls
ts-node 9.0.0 : ts-node ts-node-script ts-node-transpile-only ts-script
tsx 3.0.0 : tsx
turbo 1.0.0 : turbo
typescript 4.0.0 : tsc
vercel 23.0.0 : vc vercel
vite 3.0.0 : vite
webpack-cli 4.0.0 : webpack-cli
wrangler 3.0.0 : wrangler wrangler2
yarn 1.22.0 : yarn yarnpkg
"""

_NUMBERS = lazy(r"\d+")
_SEPARATORS = lazy(r"[-_.]+")
_read: dict[str, dict[str, list[str]]] = {}


def _table(text: str) -> dict[str, list[str]]:
    if text not in _read:
        rows = (line.partition(" ") for line in text.strip().splitlines())
        _read[text] = {name: rest.split(":") for name, _, rest in rows}
    return _read[text]


def normal(name: str) -> str:
    """A distribution's name as PEP 503 normalises it."""
    return _SEPARATORS.sub("-", name).lower()


def _covers(since: str, version: str) -> bool:
    """Whether `version` ("" for the newest) is not before `since`."""
    if not version:
        return True
    wanted, given = ([int(one) for one in _NUMBERS.findall(text)] for text in (since, version))
    return bool(given) and given >= wanted[: len(given)]


def pypi(name: str, version: str = "") -> tuple[list[str], list[str]] | None:
    """
    The programs and the modules that a distribution surely brings, None when nobody knows.

    `name` is normalised, `version` the one installed, "" for the newest.
    """
    row = _table(_PYPI).get(name)
    if row is None or not _covers(row[0], version):
        return None
    return row[1].split(), row[2].split()


def others(names: "Collection[str]", *, node: bool = False) -> set[str]:
    """The programs of the packages that are listed, without those of `names`."""
    table = _table(_NPM if node else _PYPI)
    mine = {one for name in names for one in table.get(name, ("", ""))[1].split()}
    return {one for name in table for one in table[name][1].split()} - mine


def npm(name: str, version: str = "") -> list[str] | None:
    """The programs that a package of npm surely brings, None when nobody knows."""
    row = _table(_NPM).get(name)
    if row is None or not _covers(row[0], version):
        return None
    return row[1].split()
