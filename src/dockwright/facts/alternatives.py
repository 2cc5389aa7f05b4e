"""
Commands that packages of Debian register with update-alternatives when they are installed.

The archive's indexes do not have them, since a package's script makes the link. Source: the
alternatives' own records (/var/lib/dpkg/alternatives) of Debian 12 and 13 with the packages below
installed. Paths are as registered, for a folder merged into /usr as the package names it.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_VIM = "editor ex rview rvim vi view vim vimdiff"
_MAGICK = "animate compare composite conjure convert display identify import mogrify montage stream"
_MPI = "mpicc mpic++ mpicxx mpiCC mpif77 mpif90 mpifort"

# Packages (`*` stands for a version number), and the commands: in /usr/bin unless a path is given.
ALTERNATIVES = {
    # languages and tools
    "gawk mawk": "awk nawk",
    "original-awk": "awk",
    "gcc": "cc c89 c99",
    "g++": "c++",
    "clang": "cc c++ c89 c99",
    "tcc": "cc",
    "gfortran": "f77 f95",
    "byacc bison": "yacc",
    "automake": "automake aclocal",
    "fakeroot": "fakeroot",
    "universal-ctags exuberant-ctags": "ctags etags",
    "emacs-bin-common": "ctags ebrowse emacsclient etags",
    "ghc": "haskell-compiler runhaskell",
    "guile-2.2 guile-3.0": "guile",
    "lua5.*": "lua luac",
    "maven": "mvn mvnDebug",
    "mpich openmpi-bin": f"mpiexec mpirun {_MPI}",
    "nodejs": "js",
    "openjdk-*-jre-headless": "jexec",
    "php*-cgi": "php-cgi",
    "php*-cli": "php phar phar.phar",
    "php*-dev": "php-config phpize",
    "php*-phpdbg": "phpdbg",
    "php-cgi": "php-cgi",
    "php-cli": "php phar phar.phar",
    "php-dev": "php-config phpize",
    "php-phpdbg": "phpdbg",
    "rename": "rename",
    "samurai": "ninja",
    # editors and pagers
    "vim vim-nox neovim": _VIM,
    "vim-athena vim-gtk vim-gtk3 vim-motif": f"{_VIM} eview evim gview gvim gvimdiff rgview rgvim",
    "vim-tiny": "editor ex rview vi view",
    "nvi": "editor ex vi view",
    "elvis-tiny": "editor vi",
    "ed joe joe-jupp mg micro zile": "editor",
    "jed": "editor jed-script",
    "nano": "editor pico",
    "emacs-gtk emacs-lucid emacs-nox emacs-pgtk": "editor emacs",
    "less most util-linux w3m": "pager",
    "info": "infobrowser",
    # archives and files
    "lzma": "lzma lzcat unlzma",
    "xz-utils": "lzma lzcat lzcmp lzdiff lzegrep lzfgrep lzgrep lzless lzmore unlzma",
    "lzip": "lzip lzip-compressor lzip-decompressor",
    "cpio": "/bin/mt",
    "tar": "/usr/sbin/rmt",
    "unrar unrar-free": "unrar",
    "locate mlocate plocate": "locate",
    "mlocate plocate": "updatedb",
    # networks
    "ncat netcat-openbsd netcat-traditional": "/bin/nc /bin/netcat",
    "inetutils-telnet telnet telnet-ssl": "telnet",
    "ftp inetutils-ftp tnftp": "ftp",
    "rsh-client": "rcp rlogin rsh",
    "rsh-redone-client": "rlogin rsh",
    "traceroute": "lft traceproto traceroute traceroute6 /usr/sbin/tcptraceroute"
    " /usr/sbin/traceroute",
    "inetutils-traceroute": "traceroute",
    "iptables": "/usr/sbin/iptables /usr/sbin/iptables-restore /usr/sbin/iptables-save"
    " /usr/sbin/ip6tables /usr/sbin/ip6tables-restore /usr/sbin/ip6tables-save"
    " /usr/sbin/arptables /usr/sbin/arptables-restore /usr/sbin/arptables-save"
    " /usr/sbin/ebtables /usr/sbin/ebtables-restore /usr/sbin/ebtables-save",
    "arptables": "/usr/sbin/arptables /usr/sbin/arptables-restore /usr/sbin/arptables-save",
    "ebtables": "/usr/sbin/ebtables /usr/sbin/ebtables-restore /usr/sbin/ebtables-save",
    "bsd-mailx mailutils s-nail": "mailx mail Mail",
    "elinks links links2 lynx w3m": "www-browser",
    "wine": "msiexec regedit regsvr32 wine wineboot winecfg wineconsole winedbg winefile"
    " winepath wineserver",
    # shells
    "csh tcsh": "/bin/csh",
    "ksh93u+m": "/bin/ksh shcomp",
    "mksh": "/bin/ksh",
    "rc": "/bin/rc rc",
    # graphics
    "chromium firefox-esr": "gnome-www-browser x-www-browser",
    "links2": "x-www-browser",
    "imagemagick-6.q16": f"{_MAGICK} {_MAGICK.replace(' ', '-im6 ')}-im6",
    "imagemagick-7.q16": f"{_MAGICK} magick magick-script {_MAGICK.replace(' ', '-im7 ')}-im7"
    " magick-im7 magick-script-im7",
    "kitty rxvt-unicode stterm xterm zutty": "x-terminal-emulator",
    "fluxbox i3-wm icewm openbox": "x-window-manager",
    "pinentry-fltk pinentry-gnome3 pinentry-gtk2 pinentry-qt": "pinentry-x11",
    "pinentry-curses pinentry-fltk pinentry-gnome3 pinentry-gtk2 pinentry-qt pinentry-tty":
    "pinentry",
}  # fmt: skip
# These began to be alternatives with bookworm.
SINCE_BOOKWORM = {"debianutils": "which", "xdg-utils": "open"}

# Every program in a JDK's own folder is registered as a command of the same name.
JAVA = "openjdk-"
_JAVA_FOLDER = "/usr/lib/jvm/"
_JAVA_COMMANDS = frozenset(
    [
        "appletviewer",
        "extcheck",
        "idlj",
        "jaotc",
        "jar",
        "jarsigner",
        "java",
        "javac",
        "javadoc",
        "javah",
        "javap",
        "jcmd",
        "jconsole",
        "jdb",
        "jdeprscan",
        "jdeps",
        "jfr",
        "jhat",
        "jhsdb",
        "jimage",
        "jinfo",
        "jjs",
        "jlink",
        "jmap",
        "jmod",
        "jpackage",
        "jps",
        "jrunscript",
        "jshell",
        "jstack",
        "jstat",
        "jstatd",
        "jwebserver",
        "keytool",
        "native2ascii",
        "orbd",
        "pack200",
        "policytool",
        "rmic",
        "rmid",
        "rmiregistry",
        "schemagen",
        "serialver",
        "servertool",
        "tnameserv",
        "unpack200",
        "wsgen",
        "wsimport",
        "xjc",
    ]
)

_commands: dict[str, list[str]] = {}
_patterns: list[tuple[str, str, list[str]]] = []
_packages: dict[str, list[str]] = {}


def _load() -> None:
    for packages, commands in (*ALTERNATIVES.items(), *SINCE_BOOKWORM.items()):
        paths = [one if one[0] == "/" else f"/usr/bin/{one}" for one in commands.split(" ")]
        for package in packages.split(" "):
            start, star, end = package.partition("*")
            if star:
                _patterns.append((start, end, paths))
            else:
                _commands.setdefault(package, []).extend(paths)
            for path in paths:
                _packages.setdefault(path.rpartition("/")[2], []).append(package)


def _not_there(package: str, suite: str) -> bool:
    return suite == "bullseye" and package in SINCE_BOOKWORM


def _number(package: str, start: str, end: str) -> bool:
    """Whether the package's name is `start`, a version number and `end`."""
    if not (package.startswith(start) and package.endswith(end)):
        return False
    return package[len(start) : len(package) - len(end)].replace(".", "").isdigit()


def commands_of(package: str, suite: str, files: "list[str]") -> tuple[str, ...]:
    """
    The paths of the commands that a package registers, in a suite's own folders.

    `files` are the paths of the programs that are in the package.
    """
    if not _commands:
        _load()
    if _not_there(package, suite):
        return ()
    found = list(_commands.get(package, ()))
    for start, end, paths in _patterns:
        if _number(package, start, end):
            found += paths
    if package.startswith(JAVA):
        bases = [one.rpartition("/")[2] for one in files if one.startswith(_JAVA_FOLDER)]
        found += [f"/usr/bin/{one}" for one in bases]
    if suite != "bullseye":
        found = [f"/usr{one}" if one.startswith(("/bin/", "/sbin/")) else one for one in found]
    return tuple(dict.fromkeys(found))


def packages_of(program: str, suite: str, names: "Callable[[str], list[str]]") -> "tuple[str, ...]":
    """
    The packages that register a command of that base name, whether or not the suite has them.

    `names` gives all packages that begin with a prefix. For a program of a JDK all its packages are
    named: which of them has it, `commands_of` says.
    """
    if not _commands:
        _load()
    found = []
    for package in _packages.get(program, ()):
        start, star, end = package.partition("*")
        if star:
            found += [one for one in names(start) if _number(one, start, end)]
        elif not _not_there(package, suite):
            found.append(package)
    if program in _JAVA_COMMANDS:
        found += names(JAVA)
    return tuple(found)
