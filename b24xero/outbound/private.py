"""Which addresses are of a private network, where alone anything may travel without TLS."""

from __future__ import annotations

import ipaddress

# RFC 1918 and RFC 4193, and this machine itself. Addresses for documents, for carriers or of a link alone are not among
# them, though Python calls some of those private too.
NETWORKS = tuple(
    map(ipaddress.ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "fc00::/7", "::1/128"))
)


def is_private(number: str) -> bool:
    """Of an address in numbers; a name is none."""
    try:
        found = ipaddress.ip_address(number.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return any(found.version == network.version and found in network for network in NETWORKS)


def is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
