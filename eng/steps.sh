# One line for each step with its time; the full output goes to artifacts/logs/ and is shown when the step fails.
# Sourced by ./dev; $root is set.

logs=$root/artifacts/logs
mkdir -p "$logs"
export LC_ALL=C.UTF-8

note() { printf '  %s\n' "$*"; }
fail() { printf 'dev: %s\n' "$*" >&2; exit 1; }

now_ms() { local micros=${EPOCHREALTIME/./}; echo $((micros / 1000)); }

# line LABEL RESULT START_MS
line() {
    local took=$(($(now_ms) - $3))
    printf '  %-36s %-44s %5d.%d s\n' "$1" "$2" $((took / 1000)) $((took % 1000 / 100))
}

# step LABEL LOG COMMAND…
step() {
    local label=$1 log=$logs/$2.log start; shift 2
    start=$(now_ms)
    if "$@" >"$log" 2>&1 </dev/null; then
        line "$label" ok "$start"
    else
        local code=$?
        line "$label" "failed (exit $code), ${log#"$root/"}:" "$start"
        show_log "$log"
        return $code
    fi
}

# side_by_side COMMAND-LINE…: as many at a time as there are cores. For programs of one thread; 1 if any failed.
side_by_side() {
    local command cores running=0 code=0
    cores=$(nproc)
    for command in "$@"; do
        if ((running == cores)); then wait -n || code=1; running=$((running - 1)); fi
        $command &
        running=$((running + 1))
    done
    while ((running-- > 0)); do wait -n || code=1; done
    return $code
}

# yielding COMMAND…: with a small claim to the processor, so that what measures or waits beside it is hardly later for it.
# Runs in a shell of its own.
yielding() (
    renice -n 10 -p $BASHPID >/dev/null || true
    "$@"
)

# A log longer than this many lines is shown by its end; the file has the rest.
readonly shown_log_lines=150
show_log() { tail -n $shown_log_lines "$1" | sed 's/^/    /'; }

# ./weir and ./dev must not build the same folders at the same time.
build_lock() { exec 9>"$root/artifacts/build.lock"; flock 9; }
build_unlock() { exec 9>&-; }

# locked COMMAND…: the command runs while the lock is held, and does not inherit it.
locked() {
    local code=0
    build_lock
    "$@" 9>&- || code=$?
    build_unlock
    return $code
}
