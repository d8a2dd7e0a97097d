//! [`Keys`] on the Web Cryptography API: AES-256-GCM under a key that the browser never gives out, kept in IndexedDB.
//!
//! A wrapped key is the nonce (12 random bytes; a device wraps a few keys in its life) and what `encrypt` returns: 32 bytes of
//! ciphertext and 16 of the tag (NIST SP 800-38D). The context is the associated data.

use conclave_ports::{Entropy, KEY_BYTES, Keys, KeysError, LocalFuture, SecretKey, Sensitive, StoreError};
use idb::Transaction;
use js_sys::{Array, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::database::{self, Connection, durable, failed};
use crate::entropy::BrowserEntropy;
use crate::js;

const VERSION: u32 = 1;
/// The one table, and the key of its one record.
const TABLE: &str = "keys";
const RECORD: &str = "device";

/// Length of a nonce of AES-GCM.
const NONCE_BYTES: usize = 12;
const TAG_BYTES: usize = 16;

#[wasm_bindgen]
extern "C" {
    // Missing where the page is no secure context. Each copies the bytes before it returns.

    #[wasm_bindgen(catch, js_namespace = ["crypto", "subtle"], js_name = generateKey)]
    fn generate_key(algorithm: &Object, extractable: bool, usages: &Array) -> Result<Promise, JsValue>;

    #[wasm_bindgen(catch, js_namespace = ["crypto", "subtle"])]
    fn encrypt(algorithm: &Object, key: &JsValue, bytes: &[u8]) -> Result<Promise, JsValue>;

    #[wasm_bindgen(catch, js_namespace = ["crypto", "subtle"])]
    fn decrypt(algorithm: &Object, key: &JsValue, bytes: &[u8]) -> Result<Promise, JsValue>;
}

/// The key of this browser.
#[derive(Debug, Clone)]
pub struct BrowserKeys {
    name: String,
}

impl BrowserKeys {
    /// The key in the database `name`, which holds nothing else.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into() }
    }

    async fn open_database(&self) -> Result<Connection, KeysError> {
        database::open(&self.name, VERSION, &[TABLE]).await.map_err(unreachable)
    }

    /// The key, made where there is none. Two tabs that both make one keep the one that is stored first.
    async fn key_or_new(&self) -> Result<JsValue, KeysError> {
        let database = self.open_database().await?;
        if let Some(key) = stored(&database.read(&[TABLE]).map_err(unreachable)?).await? {
            return Ok(key);
        }
        let usages = Array::of2(&"encrypt".into(), &"decrypt".into());
        let algorithm = object([("name", "AES-GCM".into()), ("length", 256.into())]);
        let made = settled(generate_key(&algorithm, false, &usages)).await.map_err(|error| refused(&error))?;
        // Transactions that write one table run one after the other, in whichever tab they are.
        let raw = database.write(&[TABLE]).map_err(unreachable)?;
        let transaction = Transaction::from(raw.clone());
        let key = match stored(&transaction).await? {
            Some(key) => key,
            None => {
                let table = transaction.object_store(TABLE).map_err(|error| unreachable(failed(error)))?;
                table.put(&made, Some(&RECORD.into())).map_err(|error| unreachable(failed(error)))?;
                made
            }
        };
        durable(&raw, transaction).await.map_err(unreachable)?;
        Ok(key)
    }
}

impl Keys for BrowserKeys {
    fn wrap<'a>(&'a self, key: &'a SecretKey, context: &'a [u8]) -> LocalFuture<'a, Result<Vec<u8>, KeysError>> {
        Box::pin(async move {
            let device = self.key_or_new().await?;
            let mut nonce = [0; NONCE_BYTES];
            BrowserEntropy.fill(&mut nonce).map_err(|error| KeysError::Unavailable(error.to_string()))?;
            let sealed = settled(encrypt(&gcm(&nonce, context), &device, key.expose())).await;
            let sealed = sealed.map_err(|error| refused(&error))?;
            Ok([&nonce[..], &Uint8Array::new(&sealed).to_vec()].concat())
        })
    }

    fn open<'a>(&'a self, wrapped: &'a [u8], context: &'a [u8]) -> LocalFuture<'a, Result<SecretKey, KeysError>> {
        Box::pin(async move {
            let database = self.open_database().await?;
            let stored = stored(&database.read(&[TABLE]).map_err(unreachable)?).await?;
            let device = stored.ok_or(KeysError::Absent)?;
            let Some((nonce, sealed)) = wrapped.split_first_chunk::<NONCE_BYTES>() else {
                return Err(KeysError::Wrong);
            };
            if sealed.len() != KEY_BYTES + TAG_BYTES {
                return Err(KeysError::Wrong);
            }
            let opened = settled(decrypt(&gcm(nonce, context), &device, sealed)).await.map_err(|error| {
                // What `decrypt` says of a wrong tag, and of nothing else.
                if js::error_name(&error) == "OperationError" { KeysError::Wrong } else { refused(&error) }
            })?;
            let opened = Uint8Array::new(&opened);
            if opened.length() as usize != KEY_BYTES {
                return Err(KeysError::Wrong);
            }
            let mut key = Sensitive::new([0; KEY_BYTES]);
            opened.copy_to(key.expose_mut());
            // The copy on the browser's side is gone with its next collection; until then it need not hold the key.
            opened.fill(0, 0, opened.length());
            Ok(key)
        })
    }
}

/// The stored key, as a transaction sees it.
async fn stored(transaction: &Transaction) -> Result<Option<JsValue>, KeysError> {
    let read = async { transaction.object_store(TABLE)?.get(JsValue::from_str(RECORD))?.await };
    read.await.map_err(|error| unreachable(failed(error)))
}

fn gcm(nonce: &[u8], context: &[u8]) -> Object {
    let bytes = |bytes: &[u8]| JsValue::from(Uint8Array::from(bytes));
    object([("name", "AES-GCM".into()), ("iv", bytes(nonce)), ("additionalData", bytes(context))])
}

fn object<const N: usize>(entries: [(&str, JsValue); N]) -> Object {
    let object = Object::new();
    for (name, value) in entries {
        // Setting a property of a plain object does not fail.
        let _ = Reflect::set(&object, &name.into(), &value);
    }
    object
}

async fn settled(asked: Result<Promise, JsValue>) -> Result<JsValue, JsValue> {
    JsFuture::from(asked?).await
}

fn refused(error: &JsValue) -> KeysError {
    KeysError::Unavailable(js::describe(error))
}

fn unreachable(error: StoreError) -> KeysError {
    match error {
        StoreError::Full => KeysError::Full,
        error => KeysError::Unavailable(error.to_string()),
    }
}
