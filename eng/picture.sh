# The picture of `weir reproduce` that the README opens with. Sourced by ./dev.

run_picture() {
    local page=$logs/picture.html typescript=$logs/picture.txt
    publish_native || return
    step "weir reproduce" picture script -qec "stty cols 100; $published reproduce" "$typescript" || return
    node "$root/eng/picture.mjs" < "$typescript" > "$page" || return
    # A row is 18.9 pixels high; the page has some lines of its own.
    step "picture" picture-chromium chromium --headless --no-sandbox --hide-scrollbars --disable-gpu \
        --window-size=900,$(($(grep -c '' "$page") * 19 - 40)) --screenshot="$root/docs/reproduce.png" "file://$page" || return
    note "docs/reproduce.png"
}
