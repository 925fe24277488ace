# The side-by-side benchmarks: of proxies, and of programs that read logs. Sourced by ./dev.

run_bench() {
    if [[ " $* " != *" --help "* ]]; then
        install_programs
        [[ " $* " == *" --only "* && " $* " != *weir* ]] || publish_native || return
        # 10,000 clients and as many connections to targets, and what a proxy keeps back besides. The soft limit is often
        # 1,024; the hard one is root's to raise.
        local hard
        hard=$(ulimit -Hn)
        [[ $hard == unlimited || $hard -ge 65536 ]] || ulimit -Hn 65536 2>> "$logs/bench-limit.log" || true
        ulimit -n "$(ulimit -Hn)"
    fi
    step "build bench/Weir.Bench" build-bench locked "$dotnet" build "$root/bench/Weir.Bench" "${build_options[@]}" || return
    local program=$root/bench/Weir.Bench/bin/Release/net10.0/Weir.Bench
    if [[ ${1:-} == logs ]]; then
        "$program" logs --weir "$published" "${@:2}"
    else
        "$program" --weir "$published" --configs "$root/bench/configs" "$@"
    fi
}
