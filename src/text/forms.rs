//! Forms: every distinct spelling of a word gets a number, so that properties that don't depend on context are computed
//! once per spelling.
//!
//! Takes spellings, hands on numbers from 0 ([`Forms`]), and a table of anything by number ([`Memo`]). A thread that
//! reads many articles keeps both. The numbers mean nothing elsewhere and never appear in results.
//!
//! What several stages know about a word may be in one record ([`Holds`]), so that the next stage finds it in the
//! processor's cache.

/// Distinct spellings with their numbers.
///
/// Spellings of up to eleven bytes, as nearly all words have, are their own keys and need no further comparison.
#[derive(Debug, Default)]
pub struct Forms {
    /// Open addressing: a power of two of slots, at most half of them in use; empty until a spelling is added.
    slots: Vec<Slot>,
    /// By number: where the spelling is in `spellings`, if it is longer than its key.
    long: Vec<(u32, u32)>,
    spellings: String,
}

#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    key: Key,
    /// 1 + the number; 0 if the slot is free.
    number: u32,
}

/// The first seven letters of a short spelling and its length, then its last four letters; or the hash of a long one.
type Key = [u32; 3];

/// The longest spelling that is its own key.
const SHORT: usize = 11;
/// The initial number of slots.
const FIRST_SLOTS: usize = 1 << 10;

impl Forms {
    /// The number of a spelling; a new one gets the next number.
    #[inline]
    pub fn number(&mut self, spelling: &str) -> u32 {
        let key = key(spelling.as_bytes());
        if self.long.len() * 2 >= self.slots.len() {
            self.grow();
        }
        let mask = self.slots.len() - 1;
        let mut at = spread(key) & mask;
        loop {
            let slot = self.slots[at];
            if slot.number == 0 {
                return self.add(at, key, spelling);
            }
            if slot.key == key && (spelling.len() <= SHORT || self.spelled(slot.number - 1) == spelling) {
                return slot.number - 1;
            }
            at = (at + 1) & mask;
        }
    }

    /// How many spellings there are.
    pub fn len(&self) -> usize {
        self.long.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.long.is_empty()
    }

    fn spelled(&self, number: u32) -> &str {
        let (start, end) = self.long[number as usize];
        &self.spellings[start as usize..end as usize]
    }

    #[cold]
    fn add(&mut self, at: usize, key: Key, spelling: &str) -> u32 {
        let number = self.long.len() as u32;
        let start = self.spellings.len() as u32;
        if spelling.len() > SHORT {
            self.spellings.push_str(spelling);
        }
        self.long.push((start, self.spellings.len() as u32));
        self.slots[at] = Slot { key, number: number + 1 };
        number
    }

    #[cold]
    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(FIRST_SLOTS);
        let old = std::mem::replace(&mut self.slots, vec![Slot::default(); size]);
        for slot in old.into_iter().filter(|slot| slot.number > 0) {
            let mut at = spread(slot.key) & (size - 1);
            while self.slots[at].number > 0 {
                at = (at + 1) & (size - 1);
            }
            self.slots[at] = slot;
        }
    }
}

#[inline]
fn key(bytes: &[u8]) -> Key {
    let four = |b: &[u8]| u64::from(b.first_chunk().map_or(0, |b| u32::from_le_bytes(*b)));
    let n = bytes.len();
    let (begins, ends) = match n {
        0 => (0, 0),
        // The first, the middle and the last byte, or the first and the last four: none is left out, and overlapping
        // parts agree.
        1..4 => {
            let ends = u64::from(bytes[n / 2]) << (n / 2 * 8) | u64::from(bytes[n - 1]) << ((n - 1) * 8);
            (u64::from(bytes[0]) | ends, 0)
        }
        4..8 => (four(bytes) | four(&bytes[n - 4..]) << ((n - 4) * 8), 0),
        8..=SHORT => (four(bytes) | (four(&bytes[4..]) & 0xFF_FFFF) << 32, four(&bytes[n - 4..])),
        _ => (hash(bytes) | LONG, 0),
    };
    let begins = if n > SHORT { begins } else { begins | (n as u64) << 56 };
    [begins as u32, (begins >> 32) as u32, ends as u32]
}

/// No short spelling has this bit.
const LONG: u64 = 1 << 63;

/// Bytes are folded eight at a time; the last eight are folded again.
fn hash(bytes: &[u8]) -> u64 {
    const K: u64 = 0x517c_c1b7_2722_0a95;
    let fold = |hash: u64, part: &[u8; 8]| (hash.rotate_left(5) ^ u64::from_le_bytes(*part)).wrapping_mul(K);
    let (chunks, _) = bytes.as_chunks::<8>();
    let hash = chunks.iter().fold(bytes.len() as u64, &fold);
    bytes.last_chunk().map_or(hash, |last| fold(hash, last))
}

#[inline]
fn spread(key: Key) -> usize {
    let [one, two, three] = key.map(u64::from);
    let both = (one | two << 32) ^ three.wrapping_mul(0xC2B2_AE3D_27D4_EB4F);
    (both.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as usize
}

/// A record with a place for something known about a word.
pub trait Holds<T>: Clone + Default {
    /// What is known; `None` if nobody has asked yet.
    fn known(&self) -> Option<T>;
    /// Keeps what was found.
    fn keep(&mut self, found: T);
}

impl<T: Copy> Holds<T> for Option<T> {
    #[inline]
    fn known(&self) -> Option<T> {
        *self
    }

    fn keep(&mut self, found: T) {
        *self = Some(found);
    }
}

/// Records by form number; what they hold is computed on first use.
#[derive(Debug)]
pub struct Memo<R>(Vec<R>);

impl<R> Default for Memo<R> {
    fn default() -> Self {
        Memo(Vec::new())
    }
}

impl<R> Memo<R> {
    /// What is known about a form, or else the result of `find`, which is kept.
    #[inline]
    pub fn get<T: Copy>(&mut self, form: u32, find: impl FnOnce() -> T) -> T
    where
        R: Holds<T>,
    {
        match self.0.get(form as usize).and_then(R::known) {
            Some(known) => known,
            None => self.learn(form, find()),
        }
    }

    #[cold]
    fn learn<T: Copy>(&mut self, form: u32, found: T) -> T
    where
        R: Holds<T>,
    {
        let form = form as usize;
        if form >= self.0.len() {
            self.0.resize(form + 1, R::default());
        }
        self.0[form].keep(found);
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn equal_spellings_have_one_number_and_others_have_others(
            words in proptest::collection::vec("[a-c\\u{e9}]{0,14}", 0..200)
        ) {
            let mut forms = Forms::default();
            let mut known: std::collections::HashMap<&str, u32> = std::collections::HashMap::new();
            for word in &words {
                let next = known.len() as u32;
                let expected = *known.entry(word).or_insert(next);
                proptest::prop_assert_eq!(forms.number(word), expected);
            }
            proptest::prop_assert_eq!(forms.len(), known.len());
        }
    }

    #[test]
    fn many_spellings_outgrow_the_table() {
        let mut forms = Forms::default();
        let word = |i: u32| format!("{}{i}", ["", "government"][i as usize % 2]);
        assert!((0..5000).all(|i| forms.number(&word(i)) == i));
        assert!((0..5000).all(|i| forms.number(&word(i)) == i));
    }

    #[test]
    fn a_memo_asks_once() {
        let mut memo = Memo::<Option<i32>>::default();
        assert_eq!((memo.get(3, || 7), memo.get(3, || 8), memo.get(0, || 9)), (7, 7, 9));
    }
}
