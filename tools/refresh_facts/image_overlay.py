"""
What the Dockerfiles of official images build, where no interpreter can see it.

`make install` and unpacked archives leave files that no instruction names. For each repository
there is a function that says, in the notes of `dockwright.facts.replay`, what is there afterwards:
programs that are surely there (`put`), names that may be there by release or build option (`maybe`),
and folders with files nobody lists (`murky`). Whatever a function does not name is taken for not
there in the folders of programs, so what is not certain belongs in `maybe`.

Sources: the makefiles and packages of the projects themselves (named at each function), and the
Dockerfiles in the docker-library repositories. Nothing is taken over but names of files.
"""

# ruff: noqa: ARG001, E501, ISC004, SIM905 - one signature for all, tables of names

import re
from collections.abc import Callable

USR = "/usr/local/lib /usr/local/include /usr/local/share"
# pip, gem and npm may leave a cache at home.
HOME = "/root"


class Context:
    """An image on the way: its `repository`, a `tag`, its Dockerfile and environment."""

    def __init__(self, repository: str, tag: str, text: str, env: dict[str, str | None]) -> None:
        self.repository = repository
        self.tag = tag
        self.text = text
        self.env = env
        froms = re.findall(r"(?m)^FROM +(?:--\S+ +)*(\S+)", text)
        self.base = froms[-1] if froms else ""
        self.alpine = "alpine" in self.base or "alpine" in tag or "apk add" in text
        self.slim = "slim" in self.base

    def version(self, variable: str, parts: int = 2) -> str:
        """The first numbers of the version in an environment variable, "" when it is not set."""
        found = re.match(r"v?(\d+(?:\.\d+)*)", self.env.get(variable) or "")
        return ".".join(found[1].split(".")[:parts]) if found else ""


# Programs that `make install` of CPython makes (cpython Makefile.pre.in: bininstall, commoninstall)
# and those of pip (its entry points), which the images add.
def python(image: Context) -> list[str]:
    version = image.version("PYTHON_VERSION")
    if not version:
        raise ValueError("no PYTHON_VERSION")
    major, minor = (int(part) for part in version.split("."))
    script = f"~#!/usr/local/bin/python{version}"
    maybe = [
        "easy_install", f"easy_install-{version}", "wheel", "2to3", f"2to3-{version}", "pyvenv",
        f"pyvenv-{version}", "smtpd.py", "virtualenv", f"python{version}-gdb.py", f"pip{major}.{minor}",
        f"python{version}m", f"python{version}m-config", "idle", "pydoc", "python-config", "pysetup",
    ]  # fmt: skip
    sure = [f"python{version}", f"python{major}>python{version}", f"python>python{major}"]
    sure += [f"pip{script}", f"pip{major}{script}", f"python{major}-config|"]
    if major == 3:
        sure += [
            f"pydoc3>pydoc{version}",
            f"pydoc{version}",
            f"idle3>idle{version}",
            f"idle{version}",
        ]
        sure += [f"python{version}-config", "pydoc|", "idle|", "python-config|"]
    else:
        sure += ["pydoc", "idle", "python2-config|", f"python{version}-config", "python-config|"]
    notes = [
        f"murky {USR} {HOME}",
        f"maybe /usr/local/bin {' '.join(maybe)}",
        f"put /usr/local/bin {' '.join(dict.fromkeys(sure))}",
        f"put /usr/local/lib python{version}/",
        f"put /usr/local/lib/python{version} site-packages/",
        "some pip pip",
    ]
    if image.alpine:
        # Through tkinter, which is kept: tcl, tk, and what they need; gdbm has tools of its own.
        fonts = (
            "fc-cache fc-cat fc-conflist fc-list fc-match fc-pattern fc-query fc-scan fc-validate"
        )
        tools = "wish wish8.6 tclsh tclsh8.6 gdbm_dump gdbm_load gdbmtool sqlite3"
        notes.append(f"maybe /usr/bin {fonts} {tools}")
        notes.append(
            "libs gdbm tcl tk xz expat readline bzip2 zlib sqlite fontconfig freetype encodings "
            "ncurses-terminfo-base ncurses-terminfo keyutils tzdata mkfontscale brotli"
        )
    else:
        notes.append("libs tzdata mime-support media-types")
    return notes


# nodejs.org's archive: node, npm with npx (since npm 5.2), corepack (14.19 to 24); Yarn's archive.
def node(image: Context) -> list[str]:
    major = int(image.version("NODE_VERSION", 1) or 0)
    if not major:
        raise ValueError("no NODE_VERSION")
    npm = "../lib/node_modules/npm/bin"
    sure = ["node", f"npm>{npm}/npm-cli.js"]
    if major >= 8:
        sure.append(f"npx>{npm}/npx-cli.js")
    if 14 <= major <= 24 and major != 15:
        sure.append("corepack>../lib/node_modules/corepack/dist/corepack.js")
    if "/usr/local/bin/nodejs" in image.text:
        sure.append("nodejs>/usr/local/bin/node")
    yarn = image.env.get("YARN_VERSION")
    if yarn and "/opt/yarn" in image.text:
        sure += ["yarn|", "yarnpkg|"]
    notes = [
        f"murky {USR} {HOME} /usr/local/etc",
        "maybe /usr/local README.md LICENSE CHANGELOG.md",
        "maybe /usr/local/bin corepack npx yarn yarnpkg nodejs",
        f"put /usr/local/bin {' '.join(sure)}",
        "put /usr/local/lib node_modules/:755:?:?",
        "put /usr/local/lib/node_modules npm/:755:?:?",
        "put /usr/local/lib/node_modules/npm bin/:755:?:?",
        "put /usr/local/lib/node_modules/npm/bin npm-cli.js:755:?:? npx-cli.js:755:?:?",
        "put /usr/local/lib/node_modules/corepack/dist corepack.js:755:?:?"
        if any(one.startswith("corepack") for one in sure)
        else "libs",
        "some npm npm",
        "libs",
    ]
    if yarn:
        folder = f"yarn-v{yarn}"
        notes = ["murky /opt", f"put /opt {folder}/", f"put /opt/{folder} bin/", *notes]
        notes.append(f"put /opt/{folder}/bin yarn:755:?:? yarnpkg:755:?:? yarn.js:755:?:?")
    kept = image.base in ("debian:bookworm-slim", "debian:trixie-slim")
    if (
        image.slim
        and not kept
        and re.search(r"apt-mark auto '\.\*'", image.text)
        and (
            image.text.find("apt-mark auto") < image.text.find("savedAptMark")
            or "savedAptMark" not in image.text
        )
    ):
        # Everything was marked as automatic: what nothing essential needs may have gone. In
        # bookworm and trixie nothing goes (seen with `apt-get -s` in both): their apt keeps what
        # has the priority "required".
        notes += DROPPED
    return notes


# Packages of priority "required" that no essential package depends on, with their programs.
DROPPED = [
    "drop /usr/bin,/bin,/usr/sbin,/sbin "
    + ",".join(
        "badblocks debugfs dumpe2fs e2freefrag e2fsck e2image e2label e2mmpstatus e2scrub "
        "e2scrub_all e2undo e4crypt e4defrag filefrag fsck.ext2 fsck.ext3 fsck.ext4 mke2fs "
        "mkfs.ext2 mkfs.ext3 mkfs.ext4 mklost+found resize2fs tune2fs chattr lsattr logsave mount "
        "umount swapon swapoff losetup findmnt fdisk cfdisk sfdisk e2fsck sqv login chage chfn "
        "chsh expiry faillog gpasswd lastlog newgrp passwd sg chgpasswd chpasswd cpgr cppw "
        "groupadd groupdel groupmems groupmod grpck grpconv grpunconv newusers pwck pwconv "
        "pwunconv shadowconfig useradd userdel usermod vigr vipw adduser addgroup deluser "
        "delgroup zic zdump tzselect isosize fsck.minix".split()
    )
    + " mount,e2fsprogs,logsave,util-linux-extra,fdisk,tzdata,sqv,passwd,login,adduser,e2fslibs"
]


# The Go distribution: bin/go and bin/gofmt, godoc until 1.13.
def golang(image: Context) -> list[str]:
    return [
        "put /usr/local go/",
        "murky /usr/local/go",
        "gone /usr/local/go/bin",
        "put /usr/local/go bin/ src/ pkg/",
        "put /usr/local/go/bin go gofmt",
        "maybe /usr/local/go/bin godoc vet",
        "libs",
    ]


# `make install` of Ruby: the interpreter and the programs of default and bundled gems.
def ruby(image: Context) -> list[str]:
    return [
        f"murky {USR} {HOME} /usr/local/etc",
        "gone /usr/local/bundle",
        "maybe /usr/local/bin racc rbs rdbg typeprof syntax_suggest minitest test-unit ruby-lsp "
        "rake2.0 repl_type_completor yaml win32ole",
        "put /usr/local/bin ruby gem irb rake erb rdoc ri bundle bundler",
        "maybe /usr/local/bundle/bin bundle bundler",
        "some gem bundler",
        "libs yaml gdbm gmp readline zlib",
    ]


# `make install` of PHP and PEAR.
def php(image: Context) -> list[str]:
    sure = "php phpize php-config phar phar.phar"
    maybe = "pear peardev pecl phpdbg php-cgi php-cgi.dSYM"
    if "--with-pear" in image.text or re.match(r"(5|7\.[0-3])", image.env.get("PHP_VERSION") or ""):
        sure += " pear peardev pecl"
    notes = [
        f"murky {USR} {HOME} /usr/local/etc /usr/local/php /usr/local/var /usr/src",
        "maybe /usr/local php var",
        f"maybe /usr/local/bin {maybe}",
        f"put /usr/local/bin {sure}",
        "maybe /usr/local/sbin php-fpm",
        "libs argon2 oniguruma gnu-libiconv readline zlib c-client",
    ]
    if "fpm" in image.tag:
        notes.append("put /usr/local/sbin php-fpm")
    if "apache" in image.tag or "apache2-foreground" in image.text:
        notes.append("murky /var/www /etc/apache2 /var/log /var/lock /var/run")
    return notes


# rustup 1.x: the proxies it makes in CARGO_HOME/bin (rustup src/lib.rs: TOOLS, DUP_TOOLS).
def rust(image: Context) -> list[str]:
    tools = (
        "cargo rustc rustdoc rustup rustfmt cargo-fmt cargo-clippy clippy-driver cargo-miri "
        "rust-gdb rust-lldb"
    ).split()
    return [
        "put /usr/local cargo/:777 rustup/:777",
        "murky /usr/local/cargo /usr/local/rustup",
        "gone /usr/local/cargo/bin",
        "put /usr/local/cargo bin/:777",
        "put /usr/local/cargo/bin " + " ".join(f"{one}:777" for one in tools),
        "maybe /usr/local/cargo/bin rls rust-analyzer rust-gdbgui",
        "libs",
    ]


JDK = (
    "appletviewer extcheck idlj jaotc jar jarsigner java java-rmi.cgi javac javadoc javafxpackager "
    "javah javap javapackager jcmd jconsole jcontrol jdb jdeprscan jdeps jfr jhat jhsdb jimage "
    "jinfo jjs jlink jmap jmc jmod jpackage jps jrunscript jsadebugd jshell jstack jstat jstatd "
    "jvisualvm jwebserver keytool native2ascii orbd pack200 policytool rmic rmid rmiregistry "
    "schemagen serialver servertool tnameserv unpack200 wsgen wsimport xjc jexec clhsdb hsdb"
)


# OpenJDK's make/ (the launchers of each module).
def java(image: Context) -> list[str]:
    home = image.env.get("JAVA_HOME")
    if not home:
        raise ValueError("no JAVA_HOME")
    sure = "java keytool"
    maybe = JDK
    if "jre" not in image.tag and "jre" not in home and "-jre" not in image.text:
        sure += " javac jar javadoc javap jdb jps jstack jmap jcmd jstat"
        version = re.match(r"(?:jdk-?)?(\d+)", image.env.get("JAVA_VERSION") or "")
        if version and int(version[1]) >= 9 and "8u" not in (image.env.get("JAVA_VERSION") or ""):
            sure += " jshell jlink"
    else:
        maybe = " ".join(one for one in JDK.split() if one not in ("javac", "javadoc", "jshell"))
    system = image.repository == "openjdk"
    top = home if home.startswith("/usr/local/") else "/".join(home.split("/")[:-1])
    packages = [
        # Of distributions' packages: links by the alternatives system.
        f"maybe /usr/bin {JDK}",
        "maybe /usr/local/bin docker-java-home",
    ]
    return [
        *(packages if system else ()),
        f"murky {top} /usr/local/share /usr/lib/jvm /etc/ssl {HOME}",
        f"gone {home}/bin",
        f"put {home} bin/",
        f"maybe {home}/bin {maybe}",
        f"put {home}/bin {sure}",
        "libs",
    ]


PG = (
    "initdb postgres pg_ctl psql pg_dump pg_dumpall pg_restore pg_isready pg_basebackup createdb "
    "createuser dropdb dropuser vacuumdb reindexdb clusterdb pgbench pg_controldata pg_rewind "
    "pg_upgrade pg_receivewal pg_resetwal pg_archivecleanup pg_test_fsync pg_test_timing pg_waldump"
)
PG_MORE = (
    "postmaster pg_config ecpg oid2name vacuumlo pg_standby pg_recvlogical pg_checksums pg_amcheck "
    "pg_verifybackup pg_combinebackup pg_createsubscriber pg_walsummary pg_receivexlog pg_resetxlog "
    "pg_xlogdump pg_verify_checksums createlang droplang pltcl_delmod pltcl_listmod pltcl_loadmod"
)


# PostgreSQL's src/bin, packages of apt.postgresql.org (postgresql-<major>, postgresql-common).
def postgres(image: Context) -> list[str]:
    major = image.env.get("PG_MAJOR") or ""
    sure = (
        PG
        if re.match(r"1\d", major)
        else PG.replace("pg_receivewal pg_resetwal ", "").replace("pg_waldump", "")
    )
    notes = ["libs icu llvm tzdata postgresql-common ssl-cert perl sensible-utils"]
    if image.alpine:
        notes += [
            f"murky {USR} {HOME} /docker-entrypoint-initdb.d",
            f"maybe /usr/local/bin {PG} {PG_MORE} gosu su-exec",
            f"put /usr/local/bin {sure}",
            "maybe /sbin su-exec",
        ]
    else:
        notes += [
            "apt 0 postgresql-common postgresql-client-common ssl-cert",
            f"put /usr/lib postgresql/\nput /usr/lib/postgresql {major}/",
            f"gone /usr/lib/postgresql/{major}/bin",
            f"put /usr/lib/postgresql/{major} bin/ lib/",
            f"put /usr/lib/postgresql/{major}/bin {sure}",
            f"maybe /usr/lib/postgresql/{major}/bin {PG_MORE}",
            "put /usr/bin psql| pg_dump| pg_dumpall| pg_restore| createdb| createuser| dropdb| "
            "dropuser| pg_isready| vacuumdb|",
        ]
    return [line for note in notes for line in note.split("\n")]


# The packages of nginx.org.
def nginx(image: Context) -> list[str]:
    return [
        "put /usr/sbin nginx nginx-debug|" if not image.alpine else "put /usr/sbin nginx",
        "maybe /usr/sbin nginx-debug",
        "maybe /usr/bin njs envsubst",
        "put /etc nginx/\nput /etc/nginx conf.d/ nginx.conf:644 mime.types:644",
        "put /usr/share nginx/\nput /usr/share/nginx html/",
        "put /usr/share/nginx/html index.html:644 50x.html:644",
        "put /var/log nginx/\nput /var/cache nginx|",
        "put /var/log/nginx access.log>/dev/stdout error.log>/dev/stderr",
        "murky /etc/nginx /usr/share/nginx /usr/lib/nginx /docker-entrypoint.d",
        "libs nginx nginx-module-xslt nginx-module-geoip nginx-module-image-filter nginx-module-njs "
        "nginx-module-acme pcre pcre2 zlib tzdata geoip fontconfig freetype",
    ]


# `make install` of Redis.
def redis(image: Context) -> list[str]:
    return [
        f"murky {USR} {HOME} /usr/src",
        "maybe /usr/local/bin redis-check-rdb redis-check-dump gosu su-exec",
        "put /usr/local/bin redis-server redis-cli redis-benchmark redis-check-aof redis-sentinel|",
        "libs zlib tzdata",
    ]


# Apache httpd: support/ and server (PREFIX/bin).
def httpd(image: Context) -> list[str]:
    prefix = image.env.get("HTTPD_PREFIX") or "/usr/local/apache2"
    more = "apxs envvars envvars-std fcgistarter htcacheclean httxt2dbm checkgid suexec dbmmanage"
    return [
        f"murky {prefix}",
        f"gone {prefix}/bin",
        f"put {prefix} bin/ conf/ htdocs/ logs/",
        f"put {prefix}/bin httpd apachectl ab htpasswd htdigest htdbm logresolve rotatelogs",
        f"maybe {prefix}/bin {more}",
        "libs apr apr-util apr-util-ldap pcre pcre2 perl brotli expat libxml2 zlib",
        "maybe /usr/bin perl",
    ]


def memcached(image: Context) -> list[str]:
    return [f"murky {USR} /usr/src", "put /usr/local/bin memcached", "libs"]


def haproxy(image: Context) -> list[str]:
    notes = [f"murky {USR} /usr/src /usr/local/etc", "put /usr/local/sbin haproxy"]
    return [*notes, "maybe /usr/local/bin halog hatop", "libs lua5.3 lua5.4 pcre pcre2 zlib"]


# The archive of Maven in /usr/share/maven, with a link in /usr/bin.
def maven(image: Context) -> list[str]:
    return [
        "murky /usr/share/maven /root /usr/share",
        "put /usr/share maven/\nput /usr/share/maven bin/\nput /usr/share/maven/bin mvn mvnDebug",
        "put /usr/bin mvn|",
        "maybe /usr/bin mvnDebug",
        "maybe /usr/local/bin mvn-entrypoint.sh",
    ]


def gradle(image: Context) -> list[str]:
    return [
        "murky /opt /home /root /var/cache",
        "put /opt gradle/\nput /opt/gradle bin/\nput /opt/gradle/bin gradle",
        "put /usr/bin gradle|",
        "maybe /usr/bin gradle-latest",
        "strangers",
    ]


def tomcat(image: Context) -> list[str]:
    home = "/usr/local/tomcat"
    scripts = (
        "catalina.sh startup.sh shutdown.sh version.sh configtest.sh setclasspath.sh digest.sh"
    )
    more = "ciphers.sh daemon.sh makebase.sh migrate.sh tool-wrapper.sh storeconfig.sh service.bat"
    return [
        f"murky {home}",
        f"gone {home}/bin",
        f"put {home} bin/ conf/ lib/ logs/:777 temp/:777 webapps/ work/:777".replace(":777", "|"),
        f"put {home}/bin {scripts}".replace(".sh", ".sh|"),
        f"maybe {home}/bin {more} bootstrap.jar tomcat-juli.jar commons-daemon.jar "
        "commons-daemon-native.tar.gz tomcat-native.tar.gz catalina-tasks.xml",
        "libs openssl",
    ]


def composer(image: Context) -> list[str]:
    return ["put /usr/bin composer|", "murky /tmp /usr/local/etc /usr/src /root", "libs"]


def docker(image: Context) -> list[str]:
    tools = (
        "dockerd containerd containerd-shim containerd-shim-runc-v2 ctr runc docker-init "
        "docker-proxy docker-compose dockerd-rootless.sh dockerd-rootless-setuptool.sh "
        "rootlesskit rootlesskit-docker-proxy vpnkit"
    )
    return [
        f"maybe /usr/local/bin {tools} dind",
        "put /usr/local/bin docker",
        "murky /usr/local/libexec /usr/local/sbin /root /certs /etc /var/lib /home /run",
        "maybe /usr/local libexec",
        "maybe / certs",
        "libs",
        "strangers",
    ]


def wordpress(image: Context) -> list[str]:
    notes = [*php(image), "murky /usr/src /var/www /etc/apache2 /usr/local/etc"]
    return [*notes, "maybe /usr/local/bin wp docker-ensure-installed.sh"]


OVERLAYS: dict[str, Callable[[Context], list[str]]] = {
    "composer": composer,
    "docker": docker,
    "eclipse-temurin": java,
    "golang": golang,
    "gradle": gradle,
    "haproxy": haproxy,
    "httpd": httpd,
    "maven": maven,
    "memcached": memcached,
    "nginx": nginx,
    "node": node,
    "openjdk": java,
    "php": php,
    "postgres": postgres,
    "python": python,
    "redis": redis,
    "ruby": ruby,
    "rust": rust,
    "tomcat": tomcat,
    "wordpress": wordpress,
}

# How many numbers of a version say what is in the image.
LEVELS = {
    "alpine": 2, "busybox": 2, "composer": 1, "debian": 1, "docker": 1, "eclipse-temurin": 1,
    "golang": 2, "gradle": 1, "haproxy": 1, "httpd": 2, "mariadb": 2, "maven": 1, "memcached": 1,
    "nginx": 1, "node": 1, "openjdk": 1, "php": 2, "postgres": 1, "python": 2,
    "rabbitmq": 1, "redis": 1, "ruby": 2, "rust": 1, "tomcat": 1, "ubuntu": 2, "wordpress": 0,
}  # fmt: skip

# Variables that change with each release: their values are not in the data.
MOVING = re.compile(
    r"VERSION|SHA(?:1|256|512)?\b|_SHA|MD5|URL|GPG|CHECKSUM|RELEASE|_KEYS?$|COMMIT|_ASC|NJS|BUILD"
)
STAYS = re.compile(r"^(?:PG_MAJOR|PYTHON_MAJOR|RUBY_MAJOR|TOMCAT_MAJOR|MYSQL_MAJOR)$")
