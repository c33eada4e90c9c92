#!/bin/sh
# Puts the page's worker beside the built page, with the list of what it may keep:
#   sh web/shell-list.sh FOLDER
# To be run again whenever a file of the page is changed after the build.
set -eu
# The same order everywhere.
export LC_ALL=C
source=$(cd "$(dirname "$0")" && pwd)/sw.js
cd "$1"
sum() {
  if command -v sha384sum >/dev/null; then sha384sum; else shasum -a 384; fi | cut -d ' ' -f 1
}
list=$(
  for file in * lang/*; do
    case $file in
      *.html | *.js | *.wasm | *.css | *.svg | *.webmanifest | icon-*.png | lang/*.txt) ;;
      *) continue ;;
    esac
    if [ "$file" != sw.js ]; then printf "  '%s': '%s',\n" "$file" "$(sum <"$file")"; fi
  done
)
build=$(printf %s "$list" | sum | cut -c 1-16)
{
  printf "const BUILD = '%s';\nconst FILES = {\n%s\n};\n" "$build" "$list"
  cat "$source"
} >sw.js
