#!/bin/sh
# A wrapper of rustc for long runs (README.md says how to use it): branches are counted in this project's code, not in that
# of its dependencies. After each input libFuzzer looks at all counters, and what is sought are new ways through our code.
name=$(printf '%s\n' "$@" | sed -n '/^--crate-name$/{n;p;q;}')
case $name in
aslant | aslant_fuzz) exec "$@" ;;
esac
for argument; do
    shift
    case $argument in
    -Cpasses=sancov-module | -Cllvm-args=-sanitizer-coverage-*) ;;
    *) set -- "$@" "$argument" ;;
    esac
done
exec "$@"
