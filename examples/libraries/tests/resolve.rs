//! `getaddrinfo`, of what is known without a network.

use libraries::resolve::resolve;
use std::net::ToSocketAddrs;

#[cgocall::test]
fn addresses_are_those_of_the_host() {
    assert_eq!(
        resolve("127.0.0.1", 80).unwrap(),
        ["127.0.0.1:80".parse().unwrap()]
    );
    assert_eq!(resolve("::1", 443).unwrap(), ["[::1]:443".parse().unwrap()]);
    let local = resolve("localhost", 1).unwrap();
    assert!(
        !local.is_empty() && local.iter().all(|address| address.ip().is_loopback()),
        "{local:?}"
    );
    // All of them: the standard library asks the same.
    let all = ("localhost", 1).to_socket_addrs().unwrap();
    assert_eq!(local, all.collect::<Vec<_>>());
}

#[cgocall::test]
fn a_name_that_is_none_is_an_error_with_a_text() {
    let error = resolve("not a name", 80).unwrap_err();
    assert!(!error.to_string().is_empty());
}
