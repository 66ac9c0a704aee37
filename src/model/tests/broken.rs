//! Directories that are no model, or not one that is understood: each is refused in words.

use std::fs;

use safetensors::Dtype;

use super::super::Encoder;
use super::tiny::{Kind, Tiny};

/// What opening says, the folder's name left out.
fn refusal(tiny: &Tiny) -> String {
    let error = match Encoder::open(tiny.dir()) {
        Ok(mut encoder) => encoder.encode("the virus").expect_err("it was believed"),
        Err(error) => error,
    };
    format!("{error:#}").replace(&format!("{}/", tiny.dir().display()), "")
}

#[track_caller]
fn refused(tiny: &Tiny, wanted: &str) {
    let said = refusal(tiny);
    assert!(said.contains(wanted), "said {said:?}, not {wanted:?}");
}

#[test]
fn a_missing_file_is_named() {
    for name in ["config.json", "tokenizer.json", "model.safetensors"] {
        let tiny = Tiny::new(Kind::Bert);
        fs::remove_file(tiny.dir().join(name)).unwrap();
        refused(&tiny, &format!("{name} is missing"));
    }
}

#[test]
fn a_file_of_tokens_that_breaks_its_reader_is_refused() {
    let tiny = Tiny::new(Kind::Bert);
    tiny.write("tokenizer.json", "{\"decoder\":");
    refused(&tiny, "tokenizer.json: it is damaged: its reader broke off");
}

#[test]
fn an_encoder_of_another_class_is_refused() {
    for (from, to, wanted) in [
        ("\"bert\"", "\"mpnet\"", "config.json: model_type `mpnet` is not supported; bring"),
        ("\"gelu\"", "\"relu\"", "config.json: hidden_act `relu` is not supported, only `gelu`"),
        (
            "\"hidden_act\"",
            "\"position_embedding_type\":\"relative_key\",\"hidden_act\"",
            "config.json: position_embedding_type `relative_key` is not supported",
        ),
    ] {
        let tiny = Tiny::new(Kind::Bert);
        tiny.replace("config.json", from, to);
        refused(&tiny, wanted);
    }
}

#[test]
fn steps_and_poolings_that_are_not_known_are_refused() {
    let tiny = Tiny::new(Kind::Bert);
    let step = |kind: &str| format!("{{\"type\":\"sentence_transformers.models.{kind}\"}}");
    tiny.write("modules.json", &format!("[{},{}]", step("Transformer"), step("Normalize")));
    Encoder::open(tiny.dir()).unwrap();
    tiny.write("modules.json", &format!("[{},{}]", step("Transformer"), step("Dense")));
    refused(&tiny, "modules.json: the step `sentence_transformers.models.Dense` is not supported");
    let tiny = Tiny::new(Kind::Bert);
    tiny.write("1_Pooling/config.json", "{\"pooling_mode_max_tokens\":true}");
    refused(&tiny, "1_Pooling/config.json: pooling by `max_tokens` is not supported");
    for (mode, said) in [("\"max\"", "`max`"), ("[\"mean\",\"max\"]", "`[\"mean\",\"max\"]`")] {
        tiny.write("1_Pooling/config.json", &format!("{{\"pooling_mode\":{mode}}}"));
        refused(&tiny, &format!("1_Pooling/config.json: pooling by {said} is not supported"));
    }
}

#[test]
fn sizes_that_cannot_be_are_refused() {
    for (from, to, wanted) in [
        ("\"hidden_size\":16", "\"hidden_size\":0", "hidden_size 0 is not between 1 and 4096"),
        ("\"hidden_size\":16", "\"hidden_size\":-1", "invalid value: integer `-1`"),
        (
            "\"hidden_size\":16",
            "\"hidden_size\":18446744073709551615",
            "hidden_size 18446744073709551615 is not between 1 and 4096",
        ),
        ("\"num_attention_heads\":4", "\"num_attention_heads\":5", "no multiple of"),
        ("\"vocab_size\":22", "\"vocab_size\":1000001", "vocab_size 1000001 is not between"),
        ("\"vocab_size\":22", "\"vocab_size\":21", "has the shape [22, 16], but by config.json"),
        ("\"num_hidden_layers\":2", "\"num_hidden_layers\":3", "no tensor `encoder.layer.2"),
        ("\"max_position_embeddings\":40", "\"max_position_embeddings\":7", "room for 7 tokens"),
        ("\"pad_token_id\":0", "\"pad_token_id\":-1", "invalid value"),
        ("\"layer_norm_eps\":", "\"layer_norm_eps\":-", "is not between 0 and 1"),
    ] {
        let tiny = Tiny::new(Kind::Bert);
        tiny.replace("config.json", from, to);
        refused(&tiny, wanted);
    }
    let tiny = Tiny::new(Kind::Roberta);
    tiny.replace("config.json", "\"pad_token_id\":1", "\"pad_token_id\":18446744073709551615");
    refused(&tiny, "pad_token_id");
}

#[test]
fn weights_that_are_none_are_refused() {
    let mut tiny = Tiny::new(Kind::Bert);
    tiny.change("encoder.layer.1.output.dense.weight", |numbers| numbers[5] = f32::NAN);
    refused(&tiny, "model.safetensors: tensor `encoder.layer.1.output.dense.weight` holds what");
    let mut tiny = Tiny::new(Kind::Bert);
    tiny.tensors.remove("encoder.layer.0.attention.self.key.bias");
    tiny.write_as(Dtype::F32);
    refused(&tiny, "no tensor `encoder.layer.0.attention.self.key.bias`");
    let tiny = Tiny::new(Kind::Bert);
    tiny.write_as(Dtype::I32);
    refused(&tiny, "numbers of the type I32 are not supported");
    let mut tiny = Tiny::new(Kind::Bert);
    for (_, numbers) in tiny.tensors.values_mut() {
        numbers.fill(0.0);
    }
    tiny.write_as(Dtype::F32);
    refused(&tiny, "the model gives no vector for a text; its weights are damaged");
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    let tiny = Tiny::new(Kind::Bert);
    for name in ["config.json", "tokenizer.json", "model.safetensors"] {
        let path = tiny.dir().join(name);
        let whole = fs::read(&path).unwrap();
        let step = 1 + whole.len() / 300;
        for length in (0..whole.len()).step_by(step) {
            fs::write(&path, &whole[..length]).unwrap();
            let said = refusal(&tiny);
            assert!(said.contains(name), "{name} of {length} bytes: {said}");
        }
        fs::write(&path, &whole).unwrap();
    }
    Encoder::open(tiny.dir()).unwrap();
}

#[test]
fn files_of_two_models_are_refused() {
    let tiny = Tiny::new(Kind::Bert);
    tiny.replace("tokenizer.json", "\"virus\":5", "\"virus\":50");
    refused(&tiny, "tokenizer.json gives token 50, but config.json says there are 22");
    let tiny = Tiny::new(Kind::Bert);
    tiny.write("sentence_bert_config.json", "{\"max_seq_length\":2}");
    refused(&tiny, "room for 2 tokens a text is too little");
}

#[test]
fn a_file_beyond_its_limit_is_not_read() {
    let tiny = Tiny::new(Kind::Bert);
    let file = fs::File::create(tiny.dir().join("model.safetensors")).unwrap();
    file.set_len(2 * 1024 * 1024 * 1024 + 1).unwrap();
    refused(&tiny, "model.safetensors has 2147483649 bytes, more than 2147483648");
}
