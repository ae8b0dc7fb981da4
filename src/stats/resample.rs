//! Randomness: one seed split into named streams, and the bootstrap over clusters.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sha2::{Digest, Sha256};

/// A random stream that depends on the seed and the name only, so that a new use of randomness leaves the others
/// unchanged.
pub fn stream(seed: u64, name: &str) -> ChaCha8Rng {
    let mut hash = Sha256::new();
    hash.update(seed.to_le_bytes());
    hash.update(name.as_bytes());
    ChaCha8Rng::from_seed(hash.finalize().into())
}

/// Draws `n` times from the numbers 0…n−1 with replacement, and writes how often each was drawn to `times` (length n).
pub fn draw(rng: &mut ChaCha8Rng, times: &mut [u32]) {
    times.fill(0);
    for _ in 0..times.len() {
        let i = rng.random_range(0..times.len());
        times[i] += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_depend_on_seed_and_name() {
        let first = |seed, name| stream(seed, name).random_range(0..u64::MAX);
        assert_eq!(first(1, "lean"), first(1, "lean"));
        assert_ne!(first(1, "lean"), first(1, "placebo"));
        assert_ne!(first(1, "lean"), first(2, "lean"));
    }

    #[test]
    fn a_draw_keeps_the_number() {
        let mut times = [0; 20];
        draw(&mut stream(1, "test"), &mut times);
        assert_eq!(times.iter().sum::<u32>(), 20);
    }
}
