"""Who is trying, as far as the network can tell."""

from ipaddress import IPv6Address, ip_address, ip_network

from fastapi import Request

UNKNOWN = "unknown"


def client_address(request: Request) -> str:
    """The peer's address; of IPv6 the /64, because that is what one customer is given.

    X-Forwarded-For is not read here: its left end is the client's own text. uvicorn reads it,
    from the right, and only if the peer stands in FORWARDED_ALLOW_IPS. Whoever has no address
    (a Unix socket) is "unknown", and all of those share one budget.
    """
    try:
        address = ip_address(request.client.host if request.client else "")
    except ValueError:
        return UNKNOWN
    if isinstance(address, IPv6Address):
        # ::ffff:192.0.2.1 is an IPv4 address on a socket that speaks both.
        return str(address.ipv4_mapped or ip_network((int(address) >> 64 << 64, 64)))
    return str(address)


def limit_logins(request: Request) -> None:
    """TooManyRequests if this client has tried too often, with whatever e-mail."""
    limiter = request.app.state.login_limiter
    if limiter is not None:
        limiter.attempt(client_address(request))
