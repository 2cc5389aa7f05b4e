"""Which module knows which program, and what is taken for granted of the others."""

# The modules of this package, each with the programs it knows.
MODULES = {
    "files": (
        "dd", "ln", "mkdir", "mkfifo", "mktemp", "rm", "rmdir", "rsync", "tee", "touch", "truncate",
        "unlink",
    ),
    "copiers": ("cp", "install", "mv"),
    "rights": ("chgrp", "chmod", "chown"),
    "compilers": ("gcc", "cc", "g++", "c++", "clang", "clang++", "gfortran"),
    "sweeping": ("find", "sed", "xargs"),
    "tests": (
        "[", "[[", "test", "command", "which", "type", "hash", "getent", "id", "grep", "egrep",
        "fgrep", "pgrep", "cmp", "diff", "true", "false", ":",
    ),
    "users": ("groupadd", "useradd"),
    "usermod": (
        "chage", "chpasswd", "chsh", "gpasswd", "groupdel", "groupmod", "passwd", "userdel",
        "usermod",
    ),
    "adduser": ("addgroup", "adduser", "delgroup", "deluser"),
    "apt": ("apt", "apt-get", "apt-key", "aptitude", "add-apt-repository", "dpkg", "apt-mark"),
    "apk": ("apk",),
    "rpm": ("dnf", "microdnf", "yum", "rpm", "zypper", "tdnf"),
    "python": (
        "python", "python2", "python3", "pip", "pip2", "pip3", "pipx", "uv", "uvx", "poetry", "pdm",
        "pipenv", "virtualenv", "easy_install",
    ),
    "node": ("npm", "npx", "yarn", "yarnpkg", "pnpm", "pnpx", "node", "corepack", "bun", "bunx"),
    "languages": (
        "go", "cargo", "rustup", "bundle", "bundler", "gem", "composer", "cpan", "cpanm", "mvn",
        "gradle", "dotnet", "swift", "mix", "luarocks",
    ),
    "downloads": ("curl", "wget", "git", "svn", "hg"),
    "archives": (
        "tar", "unzip", "gunzip", "gzip", "bunzip2", "bzip2", "xz", "unxz", "zstd", "unzstd", "zip",
        "7z", "7za", "7zr", "bsdtar", "cpio",
    ),
    "system": (
        "update-alternatives", "ldconfig", "setcap", "locale-gen", "make", "cmake", "ninja",
        "a2enmod", "a2dismod", "a2ensite", "a2dissite", "docker-php-ext-install",
        "docker-php-ext-enable", "docker-php-ext-configure", "pecl", "phpize", "service",
        "update-ca-certificates", "dpkg-reconfigure", "debconf-set-selections", "fc-cache",
        "update-rc.d", "systemctl", "ssh-keygen", "openssl", "gpg", "busybox",
    ),
}  # fmt: skip

# Commands that the interpreter itself handles: they run others, change its state or end it.
SPECIALS = frozenset((
    ".", "bash", "ash", "busybox", "cd", "chroot", "dash", "doas", "env", "eval", "exec", "exit",
    "export", "fakeroot", "gosu", "ksh", "local", "nice", "nohup", "popd", "pushd", "readonly",
    "return", "runuser", "set", "setpriv", "sh", "shopt", "source", "stdbuf", "su", "su-exec",
    "sudo", "time", "timeout", "umask", "unset", "zsh", "xvfb-run", "eatmydata", "ionice", "tini",
    "dumb-init", "declare", "typeset", "builtin", "break", "continue", "trap", "read", "mapfile",
    "readarray", "getopts", "shift",
))  # fmt: skip

# What POSIX shells do without a program. `[`, `test`, `echo` and `printf` are in dash, bash and
# BusyBox ash.
BUILTINS = frozenset((
    ":", "[", "alias", "break", "cd", "command", "continue", "echo", "eval", "exec", "exit",
    "export", "false", "getopts", "hash", "jobs", "kill", "local", "printf", "pwd", "read",
    "readonly", "return", "set", "shift", "test", "times", "trap", "true", "type", "ulimit",
    "umask", "unalias", "unset", "wait", ".", "source", "[[", "declare", "let", "shopt", "pushd",
    "popd", "typeset", "builtin", "mapfile", "readarray", "disown", "bg", "fg", "help", "logout",
))  # fmt: skip

# Words that a damaged script may leave where a command's name stands.
KEYWORDS = frozenset((
    "if", "then", "else", "elif", "fi", "for", "while", "until", "do", "done", "case", "esac",
    "select", "in", "function", "{", "}", "!",
))  # fmt: skip

# Commands that only ask. What they answer may be known (`effects/tests.py`).
TESTS = frozenset((
    "[", "[[", "test", "command", "which", "type", "hash", "getent", "id", "grep", "egrep",
    "fgrep", "true", "false", ":", "pgrep", "cmp", "diff",
))  # fmt: skip

# Programs that print, wait or check, and leave the file system alone.
HARMLESS = frozenset((
    "arch", "awk", "b2sum", "base64", "basename", "bc", "bzcat", "cat", "cksum", "cmp",
    "column", "comm", "cut", "date", "df", "dirname", "dmesg", "du", "echo",
    "expand", "expr", "factor", "file", "fmt", "fold", "free", "gawk",
    "getconf", "groups", "head", "hexdump", "host", "hostname", "jobs", "jq", "kill", "killall",
    "ldd", "less", "locale", "logger", "logname", "ls", "lsb_release", "lscpu", "mawk", "md5sum",
    "more", "mount", "mountpoint", "nl", "nm", "nproc", "nslookup", "numfmt", "objdump", "od",
    "paste", "pidof", "ping", "pkill", "pr", "printenv", "printf", "ps", "pwd", "read",
    "readelf", "readlink", "realpath", "rev", "seq", "sha1sum", "sha224sum", "sha256sum",
    "sha384sum", "sha512sum", "shuf", "sleep", "sort", "stat", "strings", "sum", "sync",
    "tac", "tail", "time", "timeout", "top", "tr", "tree", "tsort", "tty", "type",
    "ulimit", "umount", "uname", "unexpand", "uniq", "uptime", "users", "vmstat", "wait", "wc",
    "who", "whoami", "xxd", "xzcat", "yes", "yq", "zcat", "zstdcat", "dpkg-query",
    "dpkg-architecture", "apt-cache", "apt-config", "python-config", "pkg-config", "dig", "ip",
    "ifconfig", "netstat", "ss", "nc",
    "ncat", "telnet", "lsof", "getcap", "envsubst", "cosign", "minisign", "clear", "reset",
    "figlet", "shasum", "sysctl", "getopt", "tput", "stty", "unalias", "alias", "let", "getopts",
    "history", "help", "bats", "shellcheck", "hadolint", "govulncheck",
))  # fmt: skip

# Programs whose purpose is to bring other programs, in ways nobody follows here.
INSTALLERS = frozenset((
    "nvm", "fnm", "n", "asdf", "sdk", "conda", "mamba", "micromamba", "brew", "nix", "nix-env",
    "nix-shell", "rbenv", "pyenv", "rvm", "jabba", "snap", "flatpak", "pacman", "emerge", "opkg",
    "xbps-install", "swupd", "guix", "stow", "alien", "checkinstall", "puppet", "ansible",
    "ansible-playbook", "chef-client", "salt-call", "install.sh", "apt-fast", "gdebi", "eopkg",
    "urpmi", "pkg", "pkg_add", "installp", "install_packages", "apt-install", "mise", "proto",
    "volta", "tfenv", "goenv", "ghcup", "opam", "cabal", "stack", "spack", "eb", "vcpkg",
    "playwright", "install-php-extensions", "gcloud", "xx-apt", "xx-apk", "xx-apt-get", "rpm2cpio",
    "luarocks-admin", "hab", "kerl", "kiex", "julia", "Rscript", "R", "install2.r",
    "installGithub.r",
))  # fmt: skip

# Build tools: they write below the working directory, in caches and in /tmp.
WORKERS = frozenset((
    "ant", "autoconf", "autoreconf", "automake", "autogen", "bazel", "bazelisk", "buf", "c++",
    "cc", "clang", "clang++", "esbuild", "eslint", "flow", "g++", "gcc", "gfortran", "ghc", "grunt",
    "gulp", "hugo", "jest", "jekyll", "javac", "jar", "jlink", "ld", "libtoolize", "lein", "mdbook",
    "meson", "mkdocs", "mypy", "ng", "nest", "next", "nuxt", "parcel", "phpunit", "protoc",
    "pytest", "qmake", "rake", "rollup", "ruff", "rustc", "sass", "sbt", "scons", "sphinx-build",
    "strip", "swc", "tox", "tsc", "turbo", "upx", "vite", "vue-cli-service", "webpack", "yasm",
    "nasm", "nx", "lerna", "django-admin", "flask", "alembic", "black", "flake8", "cython",
    "patch", "ar", "ranlib", "m4", "bison", "flex", "cmake-gui", "xcodebuild", "msgfmt",
    "react-scripts", "craco", "prisma", "medusa", "strapi", "gatsby", "eleventy", "astro", "vitest",
))  # fmt: skip

# Scripts that projects of a kind have, which build below the working directory and no more.
WORKER_SCRIPTS = frozenset((
    "configure", "autogen.sh", "bootstrap", "bootstrap.sh", "buildconf", "gradlew", "mvnw",
    "manage.py", "artisan", "console", "rails", "rake", "Configure", "config",
    "buildconf.sh", "sbt", "activator",
))  # fmt: skip

# Tools of the system. No package of Python, Node, Ruby or PHP brings a program of these names
# that people use in a Dockerfile, and no project's build makes one.
SYSTEM_TOOLS = frozenset((
    "addgroup", "adduser", "apk", "apt", "apt-get", "ash", "awk", "bash", "cat", "chgrp", "chmod",
    "chown", "cp", "curl", "dash", "delgroup", "deluser", "dnf", "dpkg", "find", "gcc", "g++",
    "getent", "git", "gosu", "gpg", "grep", "groupadd", "gzip", "id", "ifconfig", "install", "ip",
    "kill", "killall", "ldconfig", "ln", "locale-gen", "ls", "make", "mkdir", "mv", "mysql",
    "mysqladmin", "nc", "netcat", "netstat", "nslookup", "passwd", "pg_dump", "pg_isready",
    "pgrep", "ping", "pkill", "ps", "psql", "redis-cli", "rm", "sed", "service", "sh", "ssh",
    "sshd", "su", "su-exec", "sudo", "systemctl", "tar", "telnet", "unzip", "useradd", "usermod",
    "vi", "wget", "xz", "yum", "zip", "bunzip2", "bzip2", "chpasswd", "cron", "crond", "crontab",
    "dig", "envsubst", "hostname", "host", "less", "lsb_release", "lsof", "mount", "nano", "perl",
    "rsync", "strace", "tini", "top", "tr", "umount", "uname", "update-alternatives",
    "vim", "which", "xargs", "groupmod", "userdel", "groupdel", "microdnf", "rpm", "zypper",
))  # fmt: skip
