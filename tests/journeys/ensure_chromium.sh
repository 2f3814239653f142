#!/bin/sh
# The journeys drive the system's Chromium. Installs it where it is missing and we may; otherwise says what to do.
for name in chromium chromium-browser google-chrome; do
  command -v "$name" >/dev/null 2>&1 && exit 0
done
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
  echo "Chromium is missing: installing the system's package for the browser journeys"
  apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y chromium >/dev/null && exit 0
fi
echo "The browser journeys need Chromium, and it could not be installed from here." >&2
echo "Install your system's package (Debian, Ubuntu: sudo apt-get install chromium) and run make test again." >&2
exit 1
