# Brings the programs that tests and benchmarks use. Sourced by ./dev.

# command:Debian package
test_programs=(node:nodejs npm:npm nginx:nginx haproxy:haproxy wrk:wrk h2load:nghttp2-client curl:curl strace:strace
    git:git gunicorn:gunicorn goaccess:goaccess openssl:openssl)

has_native_linker() { command -v clang >/dev/null || command -v gcc >/dev/null; }

missing_packages() {
    local pair
    for pair in "${test_programs[@]}"; do
        command -v "${pair%%:*}" >/dev/null || echo "${pair#*:}"
    done
    has_native_linker || echo clang
}

# As tests/Weir.EndToEnd.Tests/Running/BrowserTests.cs looks for it.
browsers=(chromium chromium-browser google-chrome chrome-headless-shell)

has_browser() {
    local name
    for name in "${browsers[@]}"; do
        if command -v "$name" >/dev/null; then return 0; fi
    done
    return 1
}

# Debian starts a service as it installs it; here that would be a stray nginx on port 80.
policy=/usr/sbin/policy-rc.d
apt_install() {
    local policy_is_ours=
    if [[ ! -e $policy ]]; then
        printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod +x "$policy" && policy_is_ours=1
    fi
    local code=0
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update -q && apt-get install -q -y --no-install-recommends "$@"; } || code=$?
    [[ -z $policy_is_ours ]] || rm -f "$policy"
    return $code
}

# What cannot be had is named in one line; the tests that need it then fail and say so themselves.
install_programs() {
    local missing
    mapfile -t missing < <(missing_packages)
    ((${#missing[@]})) || return 0
    if ((EUID == 0)) && command -v apt-get >/dev/null; then
        step "install ${missing[*]}" install apt_install "${missing[@]}" || true
        mapfile -t missing < <(missing_packages)
    fi
    if ((${#missing[@]})); then
        note "missing, and needed by tests: ${missing[*]} (Debian's package names)"
    fi
}

# Where apt has not read its lists yet, nobody knows.
may_have_package() {
    [[ $(apt-cache policy "$1" 2>/dev/null) =~ Candidate:\ [^\(] ]] || ! compgen -G '/var/lib/apt/lists/*_Packages*' >/dev/null
}

# By itself: not every distribution has it as a package, and one that is unknown would keep apt from installing the others.
install_browser() {
    if has_browser; then return 0; fi
    if ((EUID == 0)) && command -v apt-get >/dev/null && may_have_package chromium; then
        step "install chromium" install-browser apt_install chromium || true
    fi
    has_browser || note "no Chromium: the test with a browser is skipped"
}

# The servers that tests probe, as tests/Weir.EndToEnd.Tests/Probing looks for them. command:Debian package
probed_servers=(apache2:apache2 gunicorn:gunicorn uvicorn:uvicorn puma:puma)
tomcat=/usr/share/tomcat10/bin/bootstrap.jar

missing_servers() {
    local pair
    for pair in "${probed_servers[@]}"; do
        command -v "${pair%%:*}" >/dev/null || echo "${pair#*:}"
    done
    # Brings a Java with it.
    [[ -e $tomcat ]] && command -v java >/dev/null || echo tomcat10-common
}

# Apart from the others, for the same reason as the browser.
install_servers() {
    local missing=() available=() package
    mapfile -t missing < <(missing_servers)
    ((${#missing[@]})) || return 0
    for package in "${missing[@]}"; do
        if may_have_package "$package"; then available+=("$package"); fi
    done
    if ((EUID == 0 && ${#available[@]})) && command -v apt-get >/dev/null; then
        step "install ${available[*]}" install-servers apt_install "${available[@]}" || true
        mapfile -t missing < <(missing_servers)
    fi
    ((${#missing[@]} == 0)) || note "not here: ${missing[*]}; the tests that probe them are skipped"
}

express=$root/tests/fixtures/express
install_express() {
    [[ -f $express/package-lock.json ]] || return 0
    # npm writes this file last, so it says that an install was whole.
    [[ $express/node_modules/.package-lock.json -nt $express/package-lock.json ]] && return 0
    if ! command -v npm >/dev/null; then
        note "no npm: tests with Express will fail"
        return 0
    fi
    step "npm ci (Express)" npm run_npm_ci || true
}

# In its folder, not with --prefix: that option also moves the place of npm's global settings.
run_npm_ci() {
    # Node brings a list of authorities of its own; behind a company's proxy it is the system's list that counts.
    local system_authorities=/etc/ssl/certs/ca-certificates.crt
    if [[ -z ${NODE_EXTRA_CA_CERTS:-} && -f $system_authorities ]]; then
        export NODE_EXTRA_CA_CERTS=$system_authorities
    fi
    (cd "$express" && npm ci --no-audit --no-fund --ignore-scripts --prefer-offline --fetch-retries 1)
}
