# The tests of the addon, shared out over several Odoo processes; sourced by kit.
# shellcheck shell=bash

odoo_to_test() { # number database [option of odoo server ...]: leaves the exit status in $RUN/status.NUMBER
    local number=$1 db=$2 rc=0
    shift 2
    PORT=$(free_port)
    odoo_command server -d "$db" --db-filter="^$db\$" --stop-after-init --screenshots="$CACHE/screenshots" "$@"
    [ -z "${COVERAGE:-}" ] || COMMAND=(python -m coverage run --branch --data-file="$CACHE/coverage.$number" \
        --include="*/addons/$ADDON/*" --omit='*/__manifest__.py,*/tests/*,*/tools/*' "${COMMAND[@]:1}")
    "${COMMAND[@]}" || rc=$?
    echo "$rc" > "$RUN/status.$number"
}

install_and_test() { odoo_to_test 0 "$RUN_DB" "$@"; } # option of odoo server ...

install_to_test() { # the addon, and the bundles of scripts and styles that each browser test would build for itself
    install_and_test -i "$ADDON"
    echo 'env["ir.qweb"]._pregenerate_assets_bundles(); env.cr.commit()' |
        run_odoo shell -d "$RUN_DB" --no-http --log-level=warn
}

test_parts() { # database ...: each part of the tests in a process and a database of its own
    local number=0 pids=() tags db
    while read -r tags; do
        db=${*:$((++number)):1}
        odoo_to_test "$number" "$db" --test-tags "$tags" > "$RUN/step.$number.log" 2>&1 &
        pids+=($!)
    done < <(python "$here/test_parts.py" "$ADDON_DIR" "$ADDON" $#)
    wait "${pids[@]}"
}

test_everything() {
    local jobs=${KIT_JOBS:-$(nproc)} number dbs=("$RUN_DB")
    [ "$jobs" -le 4 ] || jobs=4
    step "installing the addon" install_to_test
    for ((number = 2; number <= jobs; number++)); do
        dbs+=("${RUN_DB}_$number")
        copy_db "$RUN_DB" "${RUN_DB}_$number"
    done
    cp "$RUN/step.log" "$RUN/step.0.log"
    step "running the tests, $jobs at a time" test_parts "${dbs[@]}"
}

run_tests() { # [option of odoo server ...]: with options, all in one process
    local status=0 file
    setup chromium
    rm -f "$CACHE"/coverage*
    fresh_db plain
    if [ $# = 0 ]; then
        test_everything
    else
        step "running the tests" install_and_test -i "$ADDON" --test-tags "/$ADDON" "$@"
    fi
    cat "$RUN"/step*.log > "$CACHE/test.log"
    for file in "$RUN"/status.*; do [ "$(cat "$file")" = 0 ] || status=$(cat "$file"); done
    if [ -n "${COVERAGE:-}" ]; then
        python -m coverage combine --quiet --data-file="$CACHE/coverage" "$CACHE"/coverage.*
        python -m coverage report --data-file="$CACHE/coverage" --show-missing --skip-covered || true
    fi
    python "$here/test_report.py" "$CACHE/test.log" "$status"
}
