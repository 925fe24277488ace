# Finds the .NET SDK and sets what every build here shares. Sourced by ./weir and ./dev; $root is set.

sdk_sentence="the .NET 10 SDK is needed (10.0.100 or newer): install it and put 'dotnet' on the PATH"

# The SDK and npm keep state in a home folder, and a bare environment names none, or one that is not there.
if [[ -z ${HOME:-} || ! -d $HOME ]]; then
    export HOME=$root/artifacts/home
    mkdir -p "$HOME"
fi

# Places where installers put it; a bare environment (cron, systemd, env -i) often has none of them on its PATH.
dotnet_candidates=("${DOTNET_ROOT:-}" "${HOME:-}/.dotnet" /usr/share/dotnet /usr/lib/dotnet /usr/local/share/dotnet)

find_dotnet() {
    if dotnet=$(command -v dotnet); then return 0; fi
    local place
    for place in "${dotnet_candidates[@]}"; do
        if [[ -n $place && -x $place/dotnet ]]; then dotnet=$place/dotnet; return 0; fi
    done
    return 1
}

# A runtime without an SDK also has a 'dotnet'; asking costs 50 ms, so only what builds asks.
has_sdk() { [[ -n $("$dotnet" --list-sdks 2>/dev/null) ]]; }

# No build server survives a command: it would hold the caller's pipes open and keep the memory.
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 MSBUILDDISABLENODEREUSE=1
export DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false
export DOTNET_CLI_WORKLOAD_UPDATE_NOTIFY_DISABLE=true MSBUILDTERMINALLOGGER=off
# Restoring waits minutes for revocation servers that a closed network does not reach; the lock files hold each package
# to its hash anyway.
export NUGET_CERT_REVOCATION_MODE=${NUGET_CERT_REVOCATION_MODE:-offline}
build_options=(-c Release -nologo -v:minimal -p:UseSharedCompilation=false)
