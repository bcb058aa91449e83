#!/bin/sh
# Starts the unpacked Chromium with the libraries and the fonts that came with it.
home=$(dirname "$(readlink -f "$0")")
export LD_LIBRARY_PATH="$home/al2023/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
export FONTCONFIG_FILE="$home/fonts.conf"
exec "$home/chromium" "$@"
