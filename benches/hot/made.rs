//! Articles that are made: words as unevenly used as in newspapers, the sentences of prose and of quotation, the same on
//! every machine.

/// Numbers that look like chance (Lehmer's generator, with the multiplier of Steele and Vigna 2021).
pub struct Chance(u64);

impl Chance {
    /// Begins with any number.
    pub fn new(seed: u64) -> Self {
        Chance(seed.wrapping_mul(2).wrapping_add(1))
    }

    /// A number between 0 and 1.
    pub fn part(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(0xd134_2543_de82_ef95);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        (self.part() * n as f64) as usize
    }
}

/// A word by its rank: short where it is frequent.
fn word(rank: usize) -> String {
    const SYLLABLES: [&str; 16] =
        ["ba", "ce", "di", "fo", "gu", "han", "jel", "kin", "lor", "mus", "nar", "pet", "ris", "sol", "tun", "ver"];
    const KNOWN: [&str; 12] =
        ["the", "of", "and", "to", "in", "a", "government", "regime", "rebels", "militants", "army", "said"];
    if let Some(known) = KNOWN.get(rank) {
        return (*known).to_owned();
    }
    let (mut left, mut word) = (rank, String::new());
    while left > 0 {
        word.push_str(SYLLABLES[left % 16]);
        left /= 16;
    }
    word
}

/// Texts of some 900 words, each in paragraphs; every sixth sentence is quoted, every ninth reported.
pub fn texts(n: usize) -> Vec<String> {
    let mut chance = Chance::new(7);
    (0..n).map(|_| text(&mut chance)).collect()
}

fn text(chance: &mut Chance) -> String {
    let mut text = String::new();
    for sentence in 0..45 {
        let words: Vec<String> = (0..20)
            // Ranks by Zipf's law over 60,000 words.
            .map(|_| word((60_000_f64.powf(chance.part()) - 1.0) as usize))
            .collect();
        let mut words = words.join(" ");
        if let Some(first) = words.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        match sentence % 18 {
            5 | 11 | 17 => text.push_str(&format!("“{words},” said Omar Haddad, a spokesman.")),
            2 | 8 => text.push_str(&format!("Omar Haddad said that {words}.")),
            _ => text.push_str(&format!("{words}.")),
        }
        text.push_str(if sentence % 5 == 4 { "\n\n" } else { " " });
    }
    text
}
