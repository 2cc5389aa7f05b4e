"""
Alpine's packages in official images: what each surely brings, and what it may bring.

Source: the packages' own file lists (pkgs.alpinelinux.org) and what the Dockerfiles use, by hand.
"""

# ruff: noqa: E501, ISC004 - a table of names

from tools.refresh_facts.image_overlay import JDK

BINUTILS = "ar as ld nm objdump objcopy ranlib readelf size strings strip addr2line c++filt"
GCC = f"gcc cc cpp {BINUTILS}"
GCC_MORE = (
    "c89 c99 gcc-ar gcc-nm gcc-ranlib gcov gcov-dump gcov-tool gprof elfedit ld.bfd ld.gold dwp "
    "x86_64-alpine-linux-musl-gcc x86_64-alpine-linux-musl-gcc-ar x86_64-alpine-linux-musl-gcc-nm "
    "x86_64-alpine-linux-musl-gcc-ranlib lto-dump gprofng gp-archive gp-collect-app "
    "gp-display-html gp-display-src gp-display-text"
)
# Package: a folder with the programs surely there; then names that may be.
APK: dict[str, tuple[str, str]] = {
    "bash": ("/bin bash", "bashbug rbash"),
    "binutils": (f"/usr/bin {BINUTILS}", GCC_MORE),
    "bzip2": ("/usr/bin bzip2", "bunzip2 bzcat bzip2recover bzdiff bzgrep bzmore bzcmp bzegrep bzless"),
    "ca-certificates": ("/usr/sbin update-ca-certificates", "c_rehash"),
    "ca-certificates-bundle": ("", ""),
    "coreutils": (
        "/bin ls cat cp mv rm mkdir chmod chown ln date dd df echo sleep stat touch uname true false",
        "coreutils b2sum basenc chcon csplit dir dircolors fmt join nproc numfmt pathchk pinky pr "
        "ptx runcon sha224sum sha384sum shred stdbuf sum tac test tsort users vdir who whoami [ arch "
        "base32 base64 basename chgrp chroot cksum comm cut dirname du env expand expr factor fold "
        "groups head hostid id install kill link logname md5sum mkfifo mknod mktemp nice nl nohup od "
        "paste printenv printf pwd readlink realpath rmdir seq sha1sum sha256sum sha512sum shuf sort "
        "split stty sync tail tee timeout tr truncate tty unexpand uniq unlink uptime wc yes",
    ),
    "curl": ("/usr/bin curl", ""),
    "dpkg": ("/usr/bin dpkg", "dpkg-deb dpkg-divert dpkg-query dpkg-split dpkg-statoverride "
             "dpkg-trigger update-alternatives dpkg-realpath dpkg-maintscript-helper "
             "start-stop-daemon dpkg-fsys-usrunmess"),
    "dpkg-dev": ("/usr/bin dpkg-architecture", "dpkg-buildflags dpkg-buildpackage dpkg-checkbuilddeps "
                 "dpkg-distaddfile dpkg-genbuildinfo dpkg-genchanges dpkg-gencontrol dpkg-gensymbols "
                 "dpkg-mergechangelogs dpkg-name dpkg-parsechangelog dpkg-scanpackages "
                 "dpkg-scansources dpkg-shlibdeps dpkg-source dpkg-vendor dpkg-buildtree perl pod2man"),
    "fontconfig": ("/usr/bin fc-cache fc-list fc-match", "fc-cat fc-conflist fc-pattern fc-query "
                   "fc-scan fc-validate"),
    "g++": (f"/usr/bin g++ c++ {GCC}", GCC_MORE),
    "gcc": (f"/usr/bin {GCC}", GCC_MORE),
    "gettext": ("/usr/bin envsubst gettext", "msgfmt ngettext gettext.sh msgattrib msgcat msgcmp "
                "msgcomm msgconv msgen msgexec msgfilter msggrep msginit msgmerge msgunfmt msguniq "
                "recode-sr-latin xgettext gettextize autopoint"),
    "gettext-envsubst": ("/usr/bin envsubst", ""),
    "git": ("/usr/bin git", "git-receive-pack git-shell git-upload-archive git-upload-pack scalar "
            "git-cvsserver"),
    "icu-data-full": ("", ""),
    "java-cacerts": ("", "p11-kit trust"),
    "libc-dev": ("", ""),
    "libgcc": ("", ""),
    "libstdc++": ("", ""),
    "linux-headers": ("", ""),
    "make": ("/usr/bin make", ""),
    "musl-dev": ("", ""),
    "musl-locales": ("/usr/bin locale", ""),
    "musl-locales-lang": ("", ""),
    "openssh-client": ("/usr/bin ssh scp sftp ssh-keygen", "ssh-add ssh-agent ssh-copy-id "
                       "ssh-keyscan ssh-pkcs11-helper findssl.sh slogin"),
    "openssl": ("/usr/bin openssl", "c_rehash"),
    "p11-kit-trust": ("", "p11-kit trust"),
    "patch": ("/usr/bin patch", ""),
    "pigz": ("/usr/bin pigz", "unpigz"),
    "pkgconf": ("/usr/bin pkgconf pkg-config", "bomtool spdxtool"),
    "procps": ("/bin ps", "free pgrep pidof pkill pmap pwdx slabtop tload top uptime vmstat w watch "
               "sysctl kill pidwait"),
    "rsync": ("/usr/bin rsync", "rsync-ssl"),
    "su-exec": ("/sbin su-exec", ""),
    "tini": ("/sbin tini", "tini-static"),
    "tar": ("/bin tar", ""),
    "tzdata": ("", "posixtz zdump zic"),
    "unzip": ("/usr/bin unzip", "funzip zipgrep zipinfo unzipsfx"),
    "wget": ("/usr/bin wget", ""),
    "xz": ("/usr/bin xz", "lzcat lzcmp lzdiff lzegrep lzfgrep lzgrep lzless lzma lzmadec lzmainfo "
           "lzmore unlzma unxz xzcat xzcmp xzdec xzdiff xzegrep xzfgrep xzgrep xzless xzmore"),
    "zip": ("/usr/bin zip", "zipcloak zipnote zipsplit"),
    "zlib": ("", ""),
    "zstd": ("/usr/bin zstd", "zstdmt unzstd zstdcat zstdgrep zstdless pzstd"),
    "zstd-libs": ("", ""),
    "ttf-dejavu": ("", "fc-cache fc-cat fc-conflist fc-list fc-match fc-pattern fc-query fc-scan "
                   "fc-validate mkfontdir mkfontscale bdftopcf fonttosfnt"),
    "openjdk7": ("", JDK), "openjdk7-jre": ("", JDK), "openjdk8": ("", JDK),
    "openjdk8-jre": ("", JDK), "openjdk11": ("", JDK),
    "libretls": ("", ""), "re2c": ("/usr/bin re2c", "re2go re2rust"), "file": ("/usr/bin file", ""),
    "autoconf": ("/usr/bin autoconf", "autoheader autom4te autoreconf autoscan autoupdate ifnames m4 "
                 "perl pod2man"),
    "gnupg": ("/usr/bin gpg", "gpgv gpg-agent gpgconf gpgsm gpg-connect-agent dirmngr gpgtar "
              "gpg-wks-server pinentry pinentry-curses gpgsplit kbxutil watchgnupg gpg-zip "
              "addgnupghome applygnupgdefaults dirmngr-client gpgparsemail gpg2 gpgv2"),
}  # fmt: skip
