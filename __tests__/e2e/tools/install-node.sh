#!/bin/bash
# shellcheck disable=SC2154 # what `install` sets
# Part of `install`: the images of the real node, under the names that our manifests have. They are imported into a
# containerd store, and every node starts from a copy of it.

AWS_CLI=public.ecr.aws/aws-cli/aws-cli:2.36.46
CURL=quay.io/curl/curl:8.21.0
KUBECTL=registry.k8s.io/kubectl:v1.36.4
PAUSE=registry.k8s.io/pause:3.10
BUILDAH=docker.io/infuseai/buildah:v1.39.3

node=$cache/node

# A Debian root file system as a tar file. The date of the package lists is not checked, as a mirror's sid may be past
# it; their signature is.
root_file_system() { # NAME SUITE PACKAGES HOOK [VARIANT]
  local name=$1 suite=$2 packages=$3 hook=$4 variant=${5:-essential} stage=customize site
  if [ -s "$node/$name.tar" ] && is_stamped "root-$name" "$*"; then return 0; fi
  say "a root file system of $suite with $packages"
  # packages that are extracted and not installed
  if [ "$variant" = extract ]; then stage=extract; fi
  # shellcheck disable=SC2016 # apt-get fills it in
  site=$(apt-get indextargets --format '$(SITE)' | head -n 1)
  TMPDIR=$node mmdebstrap --quiet --mode=root --variant="$variant" --include="$packages" \
    --aptopt='Acquire::Check-Valid-Until "false"' --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' "--$stage-hook=$hook" \
    "$suite" "$node/$name.tar" "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $site $suite main"
  stamp "root-$name" "$*"
}

# buildah with a storage of its own, which goes when the images are there
builder() { buildah --root "$node/builder" --runroot "$node/builder.run" --storage-driver vfs "$@"; }

# Builds an image from one file or tar file, and exports it.
image() { # NAME REFERENCE SOURCE DESTINATION CONFIG...
  local container
  container=$(builder from scratch)
  builder add --quiet "$container" "$3" "$4" >/dev/null
  builder config "${@:5}" "$container"
  builder commit --quiet --disable-compression --rm "$container" "docker-archive:$node/$1.image:$2" >/dev/null
}

build_images() {
  local path=PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  image pause $PAUSE /bin/busybox /bin/busybox --entrypoint '["/bin/busybox","tail","-f","/dev/null"]'
  image kubectl $KUBECTL "$bin/kubectl" /bin/kubectl --entrypoint '["/bin/kubectl"]' --env $path
  image aws $AWS_CLI "$node/aws.tar" / --entrypoint '["/usr/local/bin/aws"]' --workingdir /aws --env $path
  image curl $CURL "$node/curl.tar" / --entrypoint '["/usr/bin/curl"]' --user 100 --env $path
  # quay.io/buildah/stable sets BUILDAH_ISOLATION too
  image buildah $BUILDAH "$node/buildah.tar" / --cmd /bin/sh --env $path --env BUILDAH_ISOLATION=chroot
}

# By a containerd of our own, in namespaces that keep it apart from the machine's.
fill_store() {
  rm -rf "$node/store"
  # shellcheck disable=SC2016 # the inner shell's
  unshare --mount --pid --fork --kill-child --mount-proc bash -euc '
    cd "$1"
    mount -t tmpfs tmpfs /run
    printf "version = 2\nroot = \"%s/store\"\n" "$1" >store.toml
    containerd -c store.toml 2>store.log &
    for _ in {1..300}; do if ctr version; then break; fi; sleep 0.1; done
    for image in *.image; do ctr -n k8s.io images import "$image"; done
    # it ends in order, so that its database is whole
    kill %1
    wait %1
  ' fill_store "$node" >"$node/import.log" 2>&1 || { cat "$node/import.log" "$node/store.log" && return 1; }
}

install_node() {
  local wanted
  mkdir -p "$node"
  # shellcheck disable=SC2016 # mmdebstrap's own
  # close to the image's version: Debian's stable has an older one, PyPI none
  root_file_system aws sid awscli,ca-certificates \
    'ln -s /usr/bin/aws "$1/usr/local/bin/aws"'
  # shellcheck disable=SC2016
  # PrimeHub runs a bash script by /bin/sh, as on Fedora
  root_file_system buildah bookworm buildah,ca-certificates,busybox-static 'ln -sf bash "$1/usr/bin/sh"'

  # shellcheck disable=SC2016
  # busybox is its shell, as in Alpine, which the image is of
  root_file_system curl sid base-files,curl,busybox-static \
    'for name in $("$1/usr/bin/busybox" --list); do [ -e "$1/usr/bin/$name" ] || ln -s busybox "$1/usr/bin/$name"; done' extract

  wanted="$(cksum <"$here/install-node.sh"), $(cksum <"$bin/kubectl"), $(cat "$stamps"/root-{aws,buildah,curl})"
  if [ -d "$node/store" ] && is_stamped node "$wanted"; then return 0; fi
  say "the images of the real node: $PAUSE $KUBECTL $AWS_CLI $CURL $BUILDAH"
  build_images
  fill_store
  rm -rf "$node"/{builder,builder.run,*.image}
  stamp node "$wanted"
}
