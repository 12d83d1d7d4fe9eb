#!/bin/sh
# Installs what the end-to-end tests drive: container runtimes, a registry, network tools. Only what
# is missing, from the distribution's own packages, and without starting a service: each test starts
# its own daemons, with their own folders and sockets, and stops them.
set -eu

# program:package
NEEDED="
dockerd:docker.io
docker:docker.io
containerd:containerd
ctr:containerd
runc:runc
podman:podman
skopeo:skopeo
docker-registry:docker-registry
nginx:nginx-light
curl:curl
zstd:zstd
ip:iproute2
tc:iproute2
iptables:iptables
busybox:busybox-static
"

# Daemons live in sbin, which is not on everybody's PATH.
PATH=$PATH:/usr/sbin:/sbin
export PATH

missing_packages() {
  for entry in $NEEDED; do
    command -v "${entry%%:*}" >/dev/null 2>&1 || echo "${entry#*:}"
  done | sort -u | tr '\n' ' '
}

missing=$(missing_packages)
if [ -z "$missing" ]; then
  echo "All programs of the end-to-end tests are installed."
  exit 0
fi
if ! command -v apt-get >/dev/null 2>&1; then
  echo "Not a Debian system. Install by hand what provides: $missing" >&2
  exit 1
fi
if [ "$(id -u)" -ne 0 ]; then
  echo "Installing needs root. Run: sudo $0   (packages: $missing)" >&2
  exit 1
fi

# Debian starts what it installs unless this file says no. Ours goes away again; one that the
# machine already has stays.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  trap 'exit 1' HUP INT TERM
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
fi

echo "Installing: $missing"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086
apt-get install -y -qq --no-install-recommends $missing </dev/null >/dev/null

missing=$(missing_packages)
if [ -n "$missing" ]; then
  echo "Still missing after the installation: $missing" >&2
  exit 1
fi
echo "Installed."
