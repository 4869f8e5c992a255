# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
#
# Debian roots for the scripts beside it, which source it. Needs root's rights, as debootstrap and chroot do.

# debian_root SUITE FOLDER PACKAGE...: a small root of Debian's SUITE with these packages
debian_root() {
    local suite=$1 folder=$2 script=() packages
    shift 2
    if ! command -v debootstrap >/dev/null; then
        echo "debian: needs debootstrap: apt-get install debootstrap" >&2
        return 1
    fi
    # an older debootstrap knows newer suites by no name, and makes them like any other
    if [[ ! -e /usr/share/debootstrap/scripts/$suite ]]; then
        script=(http://deb.debian.org/debian sid)
    fi
    packages=$(IFS=,; echo "ca-certificates${*:+,$*}")
    debootstrap --variant=minbase --include="$packages" "$suite" "$folder" "${script[@]}" >"$folder.log" || {
        tail -n 20 "$folder.log" >&2
        return 1
    }
    carry_network "$folder"
}

# What name look-ups and pip need here, they need there: pip's configuration is carried in, with the files
# that it names (certificates, constraints). Its variables come with the environment.
carry_network() {
    local folder=$1 file named
    cp /etc/resolv.conf /etc/hosts "$folder/etc/"
    {
        ls /etc/pip.conf /etc/xdg/pip/pip.conf ~/.config/pip/pip.conf 2>/dev/null || true
        env | sed -n 's/^PIP_[A-Z_]*=//p'
    } | sort -u | while read -r file; do
        { echo "$file"; [[ ! -f $file ]] || cat "$file"; } | { grep -oE '(^|[= ])/[^ ]+' || true; } | tr -d '= '
    done | sort -u | while read -r named; do
        if [[ -f $named ]]; then
            install -D -m 644 "$named" "$folder$named"
        fi
    done
}

# in_root FOLDER COMMAND...: with /proc, /sys and /dev of a mount namespace that ends with the command
in_root() {
    unshare --mount bash -c '
        mount --rbind /dev "$1/dev" && mount -t proc proc "$1/proc" && mount --rbind /sys "$1/sys" &&
            exec chroot "$@"' bash "$@"
}

# copy_tree FROM TO: the files that git knows, and the new ones that it does not ignore
copy_tree() {
    mkdir -p "$2"
    git -C "$1" ls-files -z --cached --others --exclude-standard --deduplicate |
        tar -C "$1" --null --files-from=- --ignore-failed-read -cf - |
        tar -C "$2" -xf -
}
