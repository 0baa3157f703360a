//! zlib's streams, and texts at once.

use libraries::zlib::{Deflater, Inflater, ZlibError, compress, decompress};

fn compressed(pieces: &[&[u8]]) -> Vec<u8> {
    let (mut deflater, mut output) = (Deflater::new(6).unwrap(), Vec::new());
    for piece in pieces {
        deflater.push(piece, &mut output).unwrap();
    }
    deflater.finish(&mut output).unwrap();
    output
}

#[cgocall::test]
fn what_goes_in_comes_out() {
    let text: Vec<u8> = (0..100_000_u32)
        .flat_map(|i| i.wrapping_mul(i).to_le_bytes())
        .collect();
    let (first, second) = text.split_at(12_345);
    let small = compressed(&[first, &[], second]);
    assert!(small.len() < text.len());

    // By pieces of any size.
    for size in [1, 7, 4096, small.len()] {
        let (mut inflater, mut output) = (Inflater::new().unwrap(), Vec::new());
        let ends: Vec<bool> = small
            .chunks(size)
            .map(|piece| inflater.push(piece, &mut output).unwrap())
            .collect();
        assert_eq!(ends.iter().position(|end| *end), Some(ends.len() - 1));
        assert_eq!(output, text);
    }
}

#[cgocall::test]
fn what_is_no_stream_is_an_error() {
    let mut inflater = Inflater::new().unwrap();
    assert_eq!(
        inflater.push(b"no stream", &mut Vec::new()),
        Err(ZlibError(-3))
    );
    assert_eq!(Deflater::new(10).err(), Some(ZlibError(-2)));
}

#[test]
fn a_text_is_compressed_at_once() {
    let text = b"to be or not to be, ".repeat(100);
    let packed = compress(&text, 9).unwrap();
    assert!(packed.len() < text.len() / 10);
    let mut room = vec![0; text.len() + 1];
    assert_eq!(decompress(&packed, &mut room), Ok(&*text));
    const NO_ROOM: ZlibError = ZlibError(-5);
    assert_eq!(decompress(&packed, &mut room[..5]), Err(NO_ROOM));
}
