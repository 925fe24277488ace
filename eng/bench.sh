# The side-by-side benchmark. Sourced by ./dev.

run_bench() {
    if [[ " $* " != *" --help "* ]]; then
        install_programs
        [[ " $* " == *" --only "* && " $* " != *weir* ]] || publish_native || return
        # 10,000 clients and their upstream connections; the soft limit is often 1,024.
        ulimit -n "$(ulimit -Hn)"
    fi
    step "build bench/Weir.Bench" build-bench locked "$dotnet" build "$root/bench/Weir.Bench" "${build_options[@]}" || return
    "$root/bench/Weir.Bench/bin/Release/net10.0/Weir.Bench" --weir "$published" --configs "$root/bench/configs" "$@"
}
