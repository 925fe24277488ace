# Building, formatting, publishing. Sourced by ./dev.

need_dotnet() {
    find_dotnet || fail "$sdk_sentence"
    has_sdk || fail "$sdk_sentence"
    # Started by their own file name, programs look for the runtime here.
    DOTNET_ROOT=$(dirname -- "$(readlink -f -- "$dotnet")")
    export DOTNET_ROOT
}

# A compiler server for the length of one build: its code is warm from the second project on, which halves the time.
run_build() {
    local server=weir-$$-$RANDOM code=0 compiler
    locked "$dotnet" build "$root/Weir.slnx" "${build_options[@]}" -p:UseSharedCompilation=true "-p:SharedCompilationId=$server" "$@" || code=$?
    compiler=$DOTNET_ROOT/sdk/$("$dotnet" --version)/Roslyn/bincore/VBCSCompiler.dll
    # Says so if there was none to end.
    "$dotnet" "$compiler" "-pipename:$server" -shutdown || true
    return $code
}

build_solution() { step "build" build run_build; }

run_format() { locked "$dotnet" format "$root/Weir.slnx" --no-restore; }

# Spaces and line ends only: names and style are warnings of the build, and need not be analysed twice.
check_format() { "$dotnet" format whitespace . --folder --verify-no-changes; }

published=$root/artifacts/publish/weir

run_publish() {
    local log=$logs/publish.log code=0
    rm -rf "$root/artifacts/publish"
    locked "$dotnet" publish "$root/src/Weir" "${build_options[@]}" -o "$root/artifacts/publish" || code=$?
    # A warning of the native compiler is a crash that waits for its user. It is printed once only: the next run would
    # find the object file and say nothing, so that file goes too.
    if grep -qi warning "$log"; then
        rm -rf "$root/artifacts/publish" "$root"/src/Weir/obj/Release/net10.0/*/native
        echo "the native build gave warnings"
        return 1
    fi
    return $code
}

publish_native() {
    step "publish (native)" publish run_publish || return
    note "artifacts/publish/weir: $(numfmt --to=iec --suffix=B "$(stat -c %s "$published")")"
}
