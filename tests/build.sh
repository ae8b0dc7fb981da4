# Sourced by what builds for tests: BUILD are cargo's arguments, BUILT is the folder that it builds into. By default that is
# as cargo has it. Where QUICKER names a release build of the program (outside of BUILT), the tests are built on the same
# dependencies as that was, so that these are built once.
if [ -n "${QUICKER:-}" ]; then
    BUILD=(--profile release --config tests/checked.toml) BUILT=target/release
else
    BUILD=(--profile dev) BUILT=target/debug
fi
