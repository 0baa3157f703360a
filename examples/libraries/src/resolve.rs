//! `getaddrinfo`: the addresses of a host. It may ask the network, so other goroutines of its thread go on meanwhile.

use cgocall::cgo_import;
use std::error::Error;
use std::ffi::{CStr, c_int};
use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

#[cgo_import(include = "netdb.h", include = "netinet/in.h")]
mod types {
    use C::{AF_INET, AF_INET6, SOCK_STREAM, addrinfo, sockaddr_in, sockaddr_in6};
}

#[cgo_import(include = "netdb.h")]
unsafe extern "C" {
    /// A list of them, which frees itself.
    #[cgo(c = "struct addrinfo", drop = freeaddrinfo, send)]
    type Addresses;

    fn freeaddrinfo(addresses: Addresses);

    // Another thread reads the hints, whose pointers it must not follow.
    #[cgo(blocking)]
    fn getaddrinfo(
        host: &str,
        service: Option<&str>,
        hints: *const types::addrinfo,
        #[cgo(out)] addresses: Addresses,
    ) -> Result<(), ResolveError>;

    safe fn gai_strerror(code: c_int) -> &'static CStr;
}

/// Why there are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResolveError(c_int);

impl From<c_int> for ResolveError {
    fn from(code: c_int) -> ResolveError {
        ResolveError(code)
    }
}

impl fmt::Display for ResolveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&gai_strerror(self.0).to_string_lossy())
    }
}

impl Error for ResolveError {}

/// The addresses of `host`, for streams, in the order in which to try them.
pub fn resolve(host: &str, port: u16) -> Result<Vec<SocketAddr>, ResolveError> {
    let hints = types::addrinfo {
        ai_socktype: types::SOCK_STREAM as c_int,
        ..Default::default()
    };
    // SAFETY: the hints are there until it returns, and point to nothing.
    let list = unsafe { getaddrinfo(host, None, &raw const hints) }?;
    let mut found = Vec::new();
    let mut next: *const types::addrinfo = list.as_ptr().cast();
    // SAFETY: C's list, which ends with null, and is there as long as `list`.
    while let Some(info) = unsafe { next.as_ref() } {
        found.extend(address(info, port));
        next = info.ai_next;
    }
    Ok(found)
}

fn address(info: &types::addrinfo, port: u16) -> Option<SocketAddr> {
    match info.ai_family {
        types::AF_INET => {
            // SAFETY: the family says what it points to.
            let socket = unsafe { info.ai_addr.cast::<types::sockaddr_in>().read_unaligned() };
            let ip = Ipv4Addr::from(socket.sin_addr.s_addr.to_ne_bytes());
            Some(SocketAddr::from((ip, port)))
        }
        types::AF_INET6 => {
            // SAFETY: as above.
            let socket = unsafe { info.ai_addr.cast::<types::sockaddr_in6>().read_unaligned() };
            // SAFETY: all members of the union are these sixteen bytes.
            let ip = unsafe { std::mem::transmute_copy::<_, [u8; 16]>(&socket.sin6_addr) };
            Some(SocketAddr::from((Ipv6Addr::from(ip), port)))
        }
        _ => None,
    }
}
