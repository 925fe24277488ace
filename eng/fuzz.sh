# Fuzzing and simulation. Sourced by ./dev.

tool_path() { echo "$root/tests/$1/bin/Release/net10.0/$1"; }

# The canary has a planted fault: a fuzzer that does not find it finds nothing else either.
fuzz_targets=(request response chunked logline frames targetframes hpack tls canary)

fuzz_target() {
    local target=$1 expected=0 code=0; shift
    [[ $target != canary ]] || expected=1
    "$(tool_path Weir.Fuzz)" "$target" "$@" || code=$?
    ((code == expected)) || { echo "exit code $code, expected $expected"; return 1; }
}

run_fuzz() {
    local seconds=60 seed=1 targets=() target commands=()
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
    for target in "${targets[@]}"; do commands+=("fuzz_step $target $seconds $seed"); done
    side_by_side "${commands[@]}"
}

# fuzz_step TARGET SECONDS SEED
fuzz_step() { step "fuzz $1, seed $3" "fuzz-$1" fuzz_target "$1" --seconds "$2" --seed "$3"; }

# Each planted fault has to be found: an oracle that misses one misses others too. With the seed of a world of HTTP/1.1 (7), of
# HTTP/2 on both sides (6, 26, 46), of WebSockets (1).
sim_plants=(crossed:7 lost:7 doubled:7 altered:7 unlogged:7 mixedUp:46 lookedAt:46 overdrawn:46 largeTable:46 alteredTunnel:1
    flawUnseen:46 flawImagined:46 flawUntold:46 flawUnlogged:46 answerFlawUnseen:46 answerFlawUnnoticed:6 answerFlawUntold:46
    goAwayUnheard:46 goAwayErrorUnheard:26 goAwayErrorHasty:46 goAwayErrorMistaken:46 headRefused:46 largeHead:46)
# Each with the seed of a day on which it breaks its own rule.
race_plants=(crossed:1 lost:1 doubled:1 repeated:1 retriedPost:1 unexplained:1 unlogged:1 rate:3
    hintIgnored:7 unprotected:8 unprotected:12)
# Seeds 1 to 6 are days with one kind of target each in observe, 7 to 12 the same in protect, 13 to 18 with a poller.
race_days=18 long_race_days=300

sim_program() { "$(tool_path Weir.Simulation)" "$@"; }

# sim_step SCENARIO SUMMARY-LINES OPTION…
sim_step() {
    local code=0
    step "simulate $1" "sim-$1" sim_program --scenario "$1" "${@:3}" || code=1
    tail -n "$2" "$logs/sim-$1.log"
    return $code
}

# plant_step SCENARIO SEED PLANT
plant_step() { step "find the fault: $1 $3" "sim-$1-$3-$2" sim_plant "$@"; }

# sim_plant SCENARIO SEED PLANT
sim_plant() {
    local code=0
    sim_program --scenario "$1" --seed "$2" --plant "$3" || code=$?
    ((code == 1)) || { echo "exit code $code, expected 1"; return 1; }
}

# With a scenario named, its options go to the program as they are; otherwise all of them, and the planted faults.
run_sim() {
    [[ -d $root/tests/Weir.Simulation ]] || fail "there is no tests/Weir.Simulation in this tree"
    step "build tests/Weir.Simulation" build-sim locked "$dotnet" build "$root/tests/Weir.Simulation" "${build_options[@]}" || return
    if [[ ${1:-} == race ]]; then
        shift
        if [[ ${1:-} == --long ]]; then set -- --seeds "$long_race_days" "${@:2}"; fi
        set -- --scenario race --seeds "$race_days" "$@"
    fi
    if [[ " $* " == *" --scenario "* ]]; then
        sim_program "$@"
        return
    fi
    # The longest first, so that no core waits for it alone.
    local plant code=0 commands=(
        "sim_step race 2 --seeds $race_days" "sim_step balancer 1 --seeds 60 $*" "sim_step echo 1 --seeds 60 $*")
    for plant in "${sim_plants[@]}"; do commands+=("plant_step balancer ${plant#*:} ${plant%:*}"); done
    for plant in "${race_plants[@]}"; do commands+=("plant_step race ${plant#*:} ${plant%:*}"); done
    side_by_side "${commands[@]}" || code=1
    run_hashes || code=1
    return $code
}
