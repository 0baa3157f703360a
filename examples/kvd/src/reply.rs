//! Replies, as RESP2 has them, at the end of what a client is to be sent.

/// `+OK`, `+PONG`.
pub fn simple(out: &mut Vec<u8>, text: &str) {
    line(out, b'+', text.as_bytes());
}

/// `-ERR ..`; what would end the line is no part of it.
pub fn error(out: &mut Vec<u8>, text: &str) {
    let start = out.len();
    line(out, b'-', text.as_bytes());
    let end = out.len() - 2;
    for byte in &mut out[start..end] {
        if matches!(byte, b'\r' | b'\n') {
            *byte = b' ';
        }
    }
}

/// `:42`.
pub fn integer(out: &mut Vec<u8>, number: i64) {
    number_line(out, b':', number);
}

/// A string of any bytes.
pub fn bulk(out: &mut Vec<u8>, bytes: &[u8]) {
    length(out, b'$', bytes.len());
    out.extend_from_slice(bytes);
    out.extend_from_slice(b"\r\n");
}

/// That there is no string.
pub fn nil(out: &mut Vec<u8>) {
    out.extend_from_slice(b"$-1\r\n");
}

/// That `count` replies follow, which are one.
pub fn array(out: &mut Vec<u8>, count: usize) {
    length(out, b'*', count);
}

fn line(out: &mut Vec<u8>, kind: u8, text: &[u8]) {
    out.push(kind);
    out.extend_from_slice(text);
    out.extend_from_slice(b"\r\n");
}

fn length(out: &mut Vec<u8>, kind: u8, length: usize) {
    number_line(out, kind, length as i64);
}

fn number_line(out: &mut Vec<u8>, kind: u8, number: i64) {
    let (mut digits, mut rest) = ([0; 20], number.unsigned_abs());
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.push(kind);
    if number < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(&digits[at..]);
    out.extend_from_slice(b"\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_are_as_the_protocol_has_them() {
        let mut out = Vec::new();
        simple(&mut out, "OK");
        error(&mut out, "ERR no\r\n+OK");
        for number in [0, -7, 1234567890, i64::MIN, i64::MAX] {
            integer(&mut out, number);
        }
        array(&mut out, 2);
        bulk(&mut out, b"a\r\n");
        nil(&mut out);
        let expected = "+OK\r\n-ERR no  +OK\r\n:0\r\n:-7\r\n:1234567890\r\n:-9223372036854775808\r\n\
            :9223372036854775807\r\n*2\r\n$3\r\na\r\n\r\n$-1\r\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
