"""
Tables of what Alpine's packages bring, kept by hand.

No index of Alpine's packages is bundled: names of programs as the project's own documentation and
the Dockerfiles of the official images use them after `apk add`. Nothing here is measured, so every
answer is likely (`reason.firm` False) and no more. Base systems, which are measured, are not in it.
"""

from dockwright.text.lazy import lazy

# Package -> programs it surely brings; /usr/bin unless a folder stands before the name. Since
# Alpine 3.23 a new system has /bin and /sbin as links into /usr: those two count as one place.
BRINGS = {
    "acl": "getfacl setfacl",
    "alpine-sdk": "git gcc g++ make ld ar as strip patch",
    "apache2": "/usr/sbin/httpd",
    "apache2-utils": "ab htpasswd",
    "autoconf": "autoconf autoreconf",
    "automake": "automake aclocal",
    "aws-cli": "aws",
    "bash": "/bin/bash",
    "bind-tools": "dig host nslookup",
    "bison": "bison",
    "build-base": "gcc g++ make ld ar as strip patch",
    "buildah": "buildah",
    "busybox-extras": "telnet ftpget",
    "ca-certificates": "/usr/sbin/update-ca-certificates",
    "cargo": "cargo",
    "clang": "clang",
    "cmake": "cmake",
    "coreutils": "sha256sum stdbuf",
    "curl": "curl",
    "diffutils": "diff cmp",
    "docker": "docker dockerd",
    "docker-cli": "docker",
    "dos2unix": "dos2unix unix2dos",
    "dumb-init": "dumb-init",
    "expect": "expect",
    "fd": "fd",
    "ffmpeg": "ffmpeg ffprobe",
    "file": "file",
    "findutils": "find xargs",
    "flex": "flex",
    "g++": "g++ gcc",
    "gawk": "gawk",
    "gcc": "gcc cpp ld ar as strip",
    "gettext": "envsubst msgfmt",
    "git": "git",
    "git-lfs": "git-lfs",
    "gnupg": "gpg",
    "go": "go gofmt",
    "gosu": "gosu",
    "grep": "grep",
    "groff": "groff",
    "haproxy": "/usr/sbin/haproxy",
    "htop": "htop",
    "iproute2": "/sbin/ip",
    "iptables": "/usr/sbin/iptables",
    "iputils": "ping",
    "jq": "jq",
    "less": "less",
    "lftp": "lftp",
    "libcap": "/usr/sbin/setcap",
    "libtool": "libtool libtoolize",
    "lsof": "lsof",
    "m4": "m4",
    "make": "make",
    "mariadb": "mariadbd",
    "mariadb-client": "mariadb mysql mysqldump",
    "mc": "mc",
    "memcached": "memcached",
    "mysql-client": "mysql mysqldump",
    "nano": "nano",
    "ncurses": "tput",
    "netcat-openbsd": "nc",
    "nginx": "/usr/sbin/nginx",
    "nmap": "nmap",
    "nodejs": "node",
    "nodejs-current": "node",
    "npm": "npm npx",
    "openrc": "/sbin/openrc",
    "openssh": "ssh scp sftp ssh-keygen /usr/sbin/sshd",
    "openssh-client": "ssh scp",
    "openssh-server": "/usr/sbin/sshd",
    "openssl": "openssl",
    "patch": "patch",
    "perl": "perl",
    "php": "php",
    "pkgconf": "pkgconf pkg-config",
    "pkgconfig": "pkg-config",
    "postgresql": "postgres psql pg_dump pg_isready initdb",
    "postgresql-client": "psql pg_dump pg_isready",
    "procps": "ps",
    "protobuf": "protoc",
    "protoc": "protoc",
    "py3-pip": "pip3 python3",
    "python3": "python3",
    "python3-dev": "python3 python3-config",
    "redis": "redis-server redis-cli",
    "ripgrep": "rg",
    "rsync": "rsync",
    "ruby": "ruby",
    "ruby-dev": "ruby",
    "rust": "rustc",
    "screen": "screen",
    "sed": "sed",
    "shadow": "/usr/sbin/useradd /usr/sbin/usermod /usr/sbin/userdel /usr/sbin/groupadd"
    " /usr/sbin/groupmod /usr/sbin/groupdel",
    "socat": "socat",
    "sqlite": "sqlite3",
    "strace": "strace",
    "su-exec": "/sbin/su-exec",
    "subversion": "svn",
    "sudo": "sudo",
    "supervisor": "supervisord supervisorctl",
    "tar": "tar",
    "tcpdump": "tcpdump",
    "tini": "/sbin/tini",
    "tmux": "tmux",
    "tree": "tree",
    "unzip": "unzip",
    "util-linux": "lsblk",
    "vim": "vim",
    "wget": "wget",
    "xz": "xz unxz",
    "yarn": "yarn node",
    "zip": "zip",
    "zsh": "/bin/zsh",
    "zstd": "zstd",
}
# What packages may bring besides, by their names and in some releases only.
PERHAPS = {
    # alpinelinux/aports, main/alpine-sdk and main/abuild: what they depend on in some releases.
    "alpine-sdk": "abuild c++ cc file tar sudo fakeroot openssl curl lzip pkg-config pkgconf attr"
    " perl ssh accton mkinitfs mtools mksquashfs unsquashfs mkisofs genisoimage getfattr setfattr",
    "bind-tools": "delv nsupdate mdig",
    "build-base": "c++ cc file tar",
    "busybox-extras": "ftpd httpd inetd tftpd telnetd fakeidentd dnsd ftpput",
    "coreutils": "base64 b2sum cat chmod cp cut date df dd echo env expr fmt head install ln ls"
    " mkdir mktemp mv nproc numfmt od paste printf pr readlink realpath rm runcon seq shred shuf"
    " sort split stat tac tail tee test timeout touch tr truncate uniq wc who",
    "docker": "docker-init docker-proxy containerd ctr runc iptables ip dockerd-entrypoint.sh",
    "g++": "c++ cc cpp ld ar as strip",
    "gcc": "cc gcov",
    "gnupg": "gpgconf gpg-agent gpgv gpgsm pinentry gpg2",
    "git": "ssh perl",
    "iproute2": "ss tc bridge",
    "iputils": "arping tracepath clockdiff",
    "mariadb": "mysqld mysql_install_db mariadb-install-db resolveip",
    "mariadb-client": "mysqladmin mariadb-admin",
    "mysql-client": "mysqladmin mariadb mariadb-admin",
    "nodejs": "npm npx corepack nodejs",
    "nodejs-current": "npm npx corepack nodejs",
    "npm": "node",
    "openssh-client": "sftp ssh-keygen ssh-agent ssh-add ssh-keyscan",
    "openssh": "ssh-agent ssh-add ssh-keyscan",
    "postgresql": "pg_ctl createdb createuser dropdb",
    "postgresql-client": "createdb createuser dropdb pg_restore pg_dumpall psql",
    "procps": "pgrep pkill free top uptime vmstat w watch sysctl pidof pmap",
    "py3-pip": "pip python",
    "python3": "python pip3 pip pydoc3 2to3 python3-config idle3",
    "python3-dev": "python python-config gcc",
    "shadow": "chpasswd passwd chage newusers su gpasswd chsh groups login sg newgrp vipw",
    "util-linux": "mount umount fdisk findmnt getopt flock lscpu nsenter unshare setpriv su uuidgen"
    " runuser more rev hexdump kill logger login script setsid",
}
# From these branches of Alpine on, a program is in a package of its own: npm in `nodejs-npm`, later
# `npm` (github.com/gliderlabs/docker-alpine/issues/327, github.com/vimagick/dockerfiles/issues/55),
# pip in `py3-pip` (release notes of 3.12.0, quoted in github.com/fission/fission/issues/1632).
SPLIT = {
    ("nodejs", "npm"): (3, 6),
    ("nodejs", "npx"): (3, 6),
    ("nodejs-current", "npm"): (3, 6),
    ("nodejs-current", "npx"): (3, 6),
    ("python3", "pip3"): (3, 12),
    ("python3", "pip"): (3, 12),
    ("python3-dev", "pip3"): (3, 12),
    ("python3-dev", "pip"): (3, 12),
}
# Packages that add no users and groups but those of `ACCOUNTS`. Only a package's install scripts
# add any (`install=` in an APKBUILD of github.com/alpinelinux/aports, with `addgroup` or `adduser`
# in a *.pre-install), and none of those that were looked at for these has one.
NO_USERS = frozenset((
    "autoconf", "automake", "bash", "bind-tools", "binutils", "bison", "build-base", "bzip2",
    "ca-certificates", "cargo", "clang", "cmake", "coreutils", "curl", "curl-dev", "diffutils",
    "dumb-init", "file", "findutils", "flex", "freetype-dev", "g++", "gawk", "gcc", "gcompat",
    "gettext", "git", "gnupg", "go", "gosu", "grep", "icu-dev", "icu-libs", "iputils", "jpeg-dev",
    "jq", "less", "libc-dev", "libc6-compat", "libcap", "libffi-dev", "libgcc", "libintl",
    "libjpeg-turbo-dev", "libpng-dev", "libpq", "libressl-dev", "libstdc++", "libtool",
    "libxml2-dev", "libxslt-dev", "libzip-dev", "linux-headers", "m4", "make",
    "mariadb-connector-c", "musl-dev", "nano", "ncurses", "netcat-openbsd", "nodejs",
    "nodejs-current", "npm",
    "openssh-client", "openssl", "openssl-dev", "patch", "pax-utils", "perl", "pkgconf",
    "pkgconfig", "postgresql-client", "postgresql-dev", "postgresql-libs", "procps", "py3-pip",
    "python3", "python3-dev", "readline-dev", "rsync", "ruby", "ruby-dev", "rust", "shadow",
    "sqlite", "sqlite-dev", "su-exec", "sudo", "tar", "tini", "tree", "tzdata", "unzip",
    "util-linux", "vim", "wget", "xz", "yarn", "zip", "zlib-dev", "zstd",
))  # fmt: skip
# Packages of headers, libraries, fonts and translations: they and what they need may bring
# compilers and interpreters, and none of the programs below.
PARTS = lazy(
    r"([a-z].*)-(?:dev|libs|static|doc|dbg|lang)|lib[a-z0-9.+_-]+|(?:ttf|font)-.*"
    r"|py3?-(?!.*(?:pip|venv|virtualenv|setuptools|wheel|git|tox|build|poetry|docker|ansible)).*"
    r"|opus|lame|zlib|readline|freetype|fontconfig|expat|gmp|mpfr4?|mpc1|isl|pcre2?|yaml|gdbm"
    r"|tiff|lcms2|harfbuzz|cairo|pango|giflib|nss|nspr|c-ares|musl|snappy|lz4|libressl|icu"
)
APPLICATIONS = frozenset((
    "apt-get", "apt", "yum", "dnf", "npm", "npx", "node", "yarn", "sudo", "useradd", "groupadd",
    "usermod", "pip3", "pip", "git", "curl", "docker", "composer", "unzip", "zip", "ssh", "nano",
    "vim", "jq", "rsync", "tini", "su-exec", "gosu", "go", "cargo", "java", "mvn", "gradle",
))  # fmt: skip
# Package -> users and groups of the packages that it needs, or may have needed in some release:
# postgresql-common and gnupg-scdaemon make theirs in `pre-install`.
ACCOUNTS = {
    "gnupg": "gnupg",
    "postgresql-client": "postgres",
    "postgresql-dev": "postgres",
    "postgresql-libs": "postgres",
}
