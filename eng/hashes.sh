# One seed, one course: in any process, and whichever compiler made the program. Sourced by ./dev.

native_simulation=$root/artifacts/simulation/Weir.Simulation
hash_scenarios=(echo balancer)
readonly hash_seeds=3

run_publish_simulation() {
    rm -rf "$root/artifacts/simulation"
    locked "$dotnet" publish "$root/tests/Weir.Simulation" "${build_options[@]}" -o "$root/artifacts/simulation"
}

publish_simulation() {
    has_native_linker || install_programs
    step "publish the simulation (native)" publish-simulation run_publish_simulation
}

# hashes PROGRAM OPTION…: a line "SCENARIO SEED HASH" for each scenario and seed.
hashes() {
    local program=$1 scenario; shift
    for scenario in "${hash_scenarios[@]}"; do
        "$program" --hash --scenario "$scenario" --seeds $hash_seeds "$@" || return
    done
}

# compare_hashes PROGRAM PROGRAM OPTION…: 0 if all agree, 1 if any differs, 2 if there is not what should be compared: two
# programs that print nothing would agree. Both run at once.
compare_hashes() {
    local one other text first
    exec {first}< <(hashes "$1" "${@:3}")
    other=$(hashes "$2" "${@:3}") || return 2
    one=$(cat <&"$first")
    exec {first}<&-
    for text in "$one" "$other"; do
        printf '%s\n\n' "$text"
        (($(grep -cE '^[a-z]+ [0-9]+ [0-9a-f]{16}$' <<<"$text") == ${#hash_scenarios[@]} * hash_seeds)) || return 2
    done
    [[ $one == "$other" ]] || { echo "the hashes differ"; return 1; }
}

# As compare_hashes, for a planted dependence, which it has to find; the short scenario is enough for that.
differ_in_hashes() {
    local code=0 hash_scenarios=(echo)
    compare_hashes "$@" || code=$?
    ((code == 1)) || { echo "exit code $code, expected 1"; return 1; }
}

# Expects that tests/Weir.Simulation is built.
run_hashes() {
    local program code=0
    program=$(tool_path Weir.Simulation)
    publish_simulation || return
    step "one course in two processes" hashes-process compare_hashes "$program" "$program" || code=1
    step "one course under JIT and native" hashes-compiler compare_hashes "$program" "$native_simulation" || code=1
    step "find what depends on the process" hashes-planted-process \
        differ_in_hashes "$program" "$program" --depend-on process || code=1
    step "find what depends on the compiler" hashes-planted-compiler \
        differ_in_hashes "$program" "$native_simulation" --depend-on compiler || code=1
    return $code
}
