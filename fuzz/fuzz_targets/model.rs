//! A model directory of which one file is the input: it opens or says why not, and what opens
//! makes a vector. The first byte says which file.
#![no_main]

use claimwatch::model::{Encoder, FILES};
use claimwatch_fuzz::panics_are_caught;
use libfuzzer_sys::fuzz_target;

/// The model that stands around the file.
const WHOLE: [(&str, &[u8]); 3] = [
    ("config.json", include_bytes!("../../tests/data/model/config.json")),
    ("tokenizer.json", include_bytes!("../../tests/data/model/tokenizer.json")),
    ("model.safetensors", include_bytes!("../../tests/data/model/model.safetensors")),
];

fuzz_target!(init: panics_are_caught(), |bytes: &[u8]| {
    let Some((which, bytes)) = bytes.split_first() else { return };
    let dir = tempfile::tempdir().expect("a directory");
    let write = |name: &str, bytes: &[u8]| {
        let path = dir.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, bytes).expect("a file");
    };
    for (name, bytes) in WHOLE {
        write(name, bytes);
    }
    write(FILES[usize::from(*which) % FILES.len()], bytes);
    let Ok(mut encoder) = Encoder::open(dir.path()) else { return };
    if let Ok(vector) = encoder.encode("Did a shark swim in Houston?") {
        assert_eq!(vector.len(), encoder.dimensions());
        assert!(vector.iter().all(|number| number.is_finite()), "{vector:?}");
    }
});
