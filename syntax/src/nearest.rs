//! The known word that somebody probably meant.

/// The candidate nearest to `word`, if it is near enough to be a slip of the hand.
#[must_use]
pub fn nearest<'a>(word: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let allowed = (word.len() / 3).max(1);
    candidates
        .iter()
        .map(|&candidate| (distance(word, candidate), candidate))
        .filter(|&(distance, _)| distance <= allowed)
        // Of two that are as near, letters were rather swapped or mistyped than forgotten.
        .min_by_key(|&(distance, candidate)| (distance, candidate.len().abs_diff(word.len())))
        .map(|(_, candidate)| candidate)
}

/// Edits between two words: insertions, deletions, replacements, and swaps of neighbours.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let mut best = (rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]))
                    .min(rows[i - 1][j] + 1)
                    .min(rows[i][j - 1] + 1);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    best = best.min(rows[i - 2][j - 2] + 1);
                }
                best
            };
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_of_the_hand_finds_its_word() {
        let keys = ["include", "link", "define"];
        assert_eq!(nearest("inlcude", &keys), Some("include"));
        assert_eq!(nearest("includes", &keys), Some("include"));
        assert_eq!(nearest("lnk", &keys), Some("link"));
        assert_eq!(nearest("crc23", &["crc2", "crc32"]), Some("crc32"));
        assert_eq!(nearest("banana", &keys), None);
    }
}
