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

run_sim() {
    [[ -d $root/tests/Weir.Simulation ]] || fail "there is no tests/Weir.Simulation in this tree"
    step "build tests/Weir.Simulation" build-sim locked "$dotnet" build "$root/tests/Weir.Simulation" "${build_options[@]}" || return
    "$(tool_path Weir.Simulation)" "$@"
}
