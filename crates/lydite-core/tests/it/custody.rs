//! Custody's formats against other people's vectors (`LYDITE_CORPORA`).

use lydite_core::custody::note::verifies;
use lydite_core::custody::stamp;
use lydite_core::item::Sha256;

use super::corpora::corpora;

fn unhex(text: &str) -> Vec<u8> {
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|p| u8::from_str_radix(std::str::from_utf8(p).unwrap(), 16).unwrap()).collect()
}

/// C2SP's Wycheproof, Ed25519: every signature judged as it says.
#[test]
fn ed25519_is_judged_as_wycheproof_does() {
    let Some(root) = corpora() else { return };
    let text = std::fs::read(root.join("hostile/wycheproof/ed25519_test.json")).unwrap();
    let all: serde_json::Value = serde_json::from_slice(&text).unwrap();
    let mut seen = 0;
    for group in all["testGroups"].as_array().unwrap() {
        let key: [u8; 32] = unhex(group["publicKey"]["pk"].as_str().unwrap()).try_into().unwrap();
        for test in group["tests"].as_array().unwrap() {
            let field = |name: &str| unhex(test[name].as_str().unwrap());
            let holds = verifies(&key, &field("msg"), &field("sig"));
            assert_eq!(holds, test["result"] == "valid", "{test}");
            seen += 1;
        }
    }
    assert_eq!(seen, all["numberOfTests"].as_u64().unwrap());
}

/// Answers of real authorities; digests and times as `openssl ts -reply -text` prints them.
#[test]
fn time_stamps_of_real_authorities_are_read() {
    let Some(root) = corpora() else { return };
    let root = root.join("hostile/rfc3161-fixtures");
    let read = |name: &str| stamp::read(&std::fs::read(root.join(name)).unwrap());
    let stamp = read("sigstage/response-sha256.tsr").unwrap();
    assert_eq!(stamp.hash, Sha256::of(b"hello"));
    assert_eq!(stamp.time, "20250509115855Z");
    assert_eq!(read("sigstore.mock/response-expired.tsr").unwrap().time, "20230201000000Z");
    for other in
        ["sigstage/response-sha384.tsr", "identrust/issue-104.tsr", "test_tsa/response.tsr"]
    {
        assert_eq!(read(other), Err("the token is not over a SHA-256"), "{other}");
    }
    assert!(read("sigstage/request.der").is_err());
    // Cut or changed anywhere it is read or refused, and says the hash that stands there.
    let whole = std::fs::read(root.join("sigstage/response-sha256.tsr")).unwrap();
    for at in 0..whole.len() {
        assert!(stamp::read(&whole[..at]).is_err(), "cut at {at}");
    }
}
