# Runs the test projects and sums them up. Sourced by ./dev.

passed=0 failed=0 skipped=0

# A test program that hangs must not hang the run.
readonly project_limit_s=480 long_project_limit_s=3600

sum_line() {
    local sum="$passed passed, $failed failed"
    ((skipped == 0)) || sum+=", $skipped skipped"
    echo "$sum"
}

# For whatever failed before a test could.
end_failed() { failed=$((failed + 1)); sum_line; exit 1; }

# test_project PROJECT LABEL LOG: runs the executable with $runner_options, reads the runner's closing line.
test_project() {
    local project=$1 label=$2 log=$logs/$3.log start code=0 summary
    local program=$root/tests/$project/bin/Release/net10.0/$project
    start=$(now_ms)
    if [[ ! -x $program ]]; then
        failed=$((failed + 1))
        line "$label" "failed: not built; is it in Weir.slnx?" "$start"
        return
    fi
    timeout -k 10 "$limit_s" "$program" -noColor -noLogo "${runner_options[@]}" >"$log" 2>&1 </dev/null || code=$?
    summary=$(grep -aE '^ +[^ ]+ +Total: [0-9]+' "$log" | tail -n 1 || true)
    count_results "$summary" "$code"
}

# The runner's line: Total: 3, Errors: 0, Failed: 1, Skipped: 1, Not Run: 0, Time: 0.151s
field() { [[ $1 =~ $2:\ ([0-9]+) ]] && echo "${BASH_REMATCH[1]}" || echo 0; }

# Uses label, log, start of test_project.
count_results() {
    local summary=$1 code=$2 bad skip good result
    bad=$(($(field "$summary" Failed) + $(field "$summary" Errors)))
    skip=$(field "$summary" Skipped)
    good=$(($(field "$summary" Total) - bad - skip - $(field "$summary" 'Not Run')))
    if ((code == 124 || code == 137)); then
        bad=$((bad + 1)) result="failed: not done in $limit_s s"
    elif [[ -z $summary ]] || ((code != 0 && bad == 0)); then
        bad=$((bad + 1)) result="failed: ended with exit code $code"
    elif ((good + bad == 0)) && [[ -z $by_name ]]; then
        bad=1 result="failed: executed no test"
    elif ((good + bad + skip == 0)); then
        return 0
    else
        result="$good passed"
        ((bad == 0)) || result+=", $bad failed"
        ((skip == 0)) || result+=", $skip skipped"
    fi
    passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + skip))
    line "$label" "$result" "$start"
    ((bad == 0)) || [[ $result == *"no test" ]] || show_log "$log"
}

# The end-to-end tests drive the real program: the native file, which is what ships, and, but for the long ones marked
# NativeOnly, the build that ./weir runs.
readonly end_to_end=Weir.EndToEnd.Tests

# They wait more than they compute: for servers to start, for connections to be idle long enough.
test_native() {
    local runner_options=("${runner_options[@]}" -maxThreads 3x)
    WEIR_BIN=$published test_project $end_to_end "$end_to_end, native" $end_to_end.native
}

test_jit() {
    local runner_options=("${runner_options[@]}" -maxThreads 3x -trait- Build=native)
    WEIR_BIN=$root/src/Weir/bin/Release/net10.0/weir test_project $end_to_end "$end_to_end, JIT" $end_to_end.jit
}

# Counts as one test: the simulation takes one course under every compiler.
test_hashes() {
    if run_hashes; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}

# A word that occurs in a project's name picks projects; any other picks tests by name.
read_filters() {
    local word project matched
    for word in "$@"; do
        matched=
        for project in "${all_projects[@]}"; do
            if [[ ${project,,} == *"${word,,}"* ]]; then projects+=("$project"); matched=1; fi
        done
        if [[ -z $matched ]]; then runner_options+=(-method "*$word*"); by_name=1; fi
    done
    ((${#projects[@]})) || projects=("${all_projects[@]}")
}

run_tests() {
    local words=() all_projects=() projects=() runner_options=() by_name= which=both limit_s=$project_limit_s project is_long= publishing=
    local has_end_to_end=
    while (($#)); do
        case $1 in
            --long) is_long=1 runner_options+=(-explicit on) limit_s=$long_project_limit_s ;;
            --aot) which=native ;;
            --jit) which=jit ;;
            -*) fail "test: unknown option $1 (./dev help)" ;;
            *) words+=("$1") ;;
        esac
        shift
    done
    for project in "$root"/tests/*.Tests/*.csproj; do all_projects+=("$(basename "$project" .csproj)"); done
    read_filters "${words[@]}"

    if [[ " ${projects[*]} " == *" $end_to_end "* ]]; then has_end_to_end=1; fi
    install_programs
    if [[ -n $has_end_to_end ]]; then install_browser; install_servers; fi
    install_express
    build_solution || end_failed
    # What else there is does not need the native file, and much of it waits: its compiler gets what is left of the processor.
    if [[ -n $has_end_to_end && $which != jit ]]; then
        yielding publish_native &
        publishing=$!
    fi
    if [[ -n $has_end_to_end && $which != native ]]; then test_jit; fi
    for project in "${projects[@]}"; do
        [[ $project == "$end_to_end" ]] || test_project "$project" "$project" "$project"
    done
    [[ -z $publishing ]] || wait "$publishing" || end_failed
    if [[ -n $has_end_to_end && $which != jit ]]; then test_native; fi
    if [[ -n $is_long ]] && ((${#words[@]} == 0)); then test_hashes; fi
    if ((passed + failed == 0)); then note "no test has such a name"; end_failed; fi
    sum_line
    ((failed == 0))
}
