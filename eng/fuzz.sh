# Fuzzing and simulation. Sourced by ./dev.

tool_path() { echo "$root/tests/$1/bin/Release/net10.0/$1"; }

# The canary has a planted fault: a fuzzer that does not find it finds nothing else either.
fuzz_targets=(request response chunked canary)

fuzz_target() {
    local target=$1 expected=0 code=0; shift
    [[ $target != canary ]] || expected=1
    "$(tool_path Weir.Fuzz)" "$target" "$@" || code=$?
    ((code == expected)) || { echo "exit code $code, expected $expected"; return 1; }
}

run_fuzz() {
    local seconds=60 seed=1 targets=() target code=0
    while (($#)); do
        case $1 in
            --seconds) seconds=${2:?--seconds needs a number}; shift ;;
            --seed) seed=${2:?--seed needs a number}; shift ;;
            -*) fail "fuzz: unknown option $1 (./dev help)" ;;
            *) targets+=("$1") ;;
        esac
        shift
    done
    ((${#targets[@]})) || targets=("${fuzz_targets[@]}")
    [[ -d $root/tests/Weir.Fuzz ]] || fail "there is no tests/Weir.Fuzz in this tree"
    step "build tests/Weir.Fuzz" build-fuzz locked "$dotnet" build "$root/tests/Weir.Fuzz" "${build_options[@]}" || return
    for target in "${targets[@]}"; do
        step "fuzz $target, seed $seed" "fuzz-$target" fuzz_target "$target" --seconds "$seconds" --seed "$seed" || code=1
    done
    return $code
}

# Each planted fault has to be found: an oracle that misses one misses others too.
sim_plants=(crossed lost doubled altered unlogged)

sim_program() { "$(tool_path Weir.Simulation)" "$@"; }

sim_plant() {
    local code=0
    sim_program --scenario balancer --seed 7 --plant "$1" || code=$?
    ((code == 1)) || { echo "exit code $code, expected 1"; return 1; }
}

# With a scenario named, its options go to the program as they are; otherwise all of them, and the planted faults.
run_sim() {
    [[ -d $root/tests/Weir.Simulation ]] || fail "there is no tests/Weir.Simulation in this tree"
    step "build tests/Weir.Simulation" build-sim locked "$dotnet" build "$root/tests/Weir.Simulation" "${build_options[@]}" || return
    if [[ " $* " == *" --scenario "* ]]; then
        sim_program "$@"
        return
    fi
    local scenario plant code=0
    for scenario in echo balancer; do
        step "simulate $scenario" "sim-$scenario" sim_program --scenario "$scenario" --seeds 60 "$@" || code=1
        tail -n 1 "$logs/sim-$scenario.log"
    done
    for plant in "${sim_plants[@]}"; do
        step "find the planted fault: $plant" "sim-$plant" sim_plant "$plant" || code=1
    done
    run_hashes || code=1
    return $code
}
