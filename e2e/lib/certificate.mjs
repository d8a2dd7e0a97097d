// A certificate that signs itself, for a test's own server: X.509 version 1 (RFC 5280, 4.1) with an elliptic-curve key,
// written out by hand, so that neither a key lies in the tree nor a tool has to be there.

import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";

const SEQUENCE = 0x30;
const SET = 0x31;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const UTF8_STRING = 0x0c;
const UTC_TIME = 0x17;
/** ecdsa-with-SHA256, 1.2.840.10045.4.3.2 */
const SIGNATURE_ALGORITHM = Buffer.from("06082a8648ce3d040302", "hex");
/** commonName, 2.5.4.3 */
const COMMON_NAME = Buffer.from("0603550403", "hex");

/** A value of DER: tag, length, content. */
function der(tag, ...content) {
  const body = Buffer.concat(content);
  if (body.length < 0x80) return Buffer.concat([Buffer.from([tag, body.length]), body]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  const digits = length.subarray(length.findIndex((byte) => byte !== 0));
  return Buffer.concat([Buffer.from([tag, 0x80 | digits.length]), digits, body]);
}

const time = (date) => der(UTC_TIME, Buffer.from(`${date.toISOString().replace(/[-:T]/g, "").slice(2, 14)}Z`));

/** `{ key, cert }` as a server takes them, and `pin`, by which Chromium is told to trust this one key. */
export function selfSigned(name) {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const spki = publicKey.export({ type: "spki", format: "der" });
  const algorithm = der(SEQUENCE, SIGNATURE_ALGORITHM);
  const who = der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, der(UTF8_STRING, Buffer.from(name)))));
  const day = 86_400_000;
  const validity = der(SEQUENCE, time(new Date(Date.now() - day)), time(new Date(Date.now() + day)));
  const serial = der(INTEGER, Buffer.from([1]), randomBytes(8));
  const signed = der(SEQUENCE, serial, algorithm, who, validity, who, spki);
  const signature = der(BIT_STRING, Buffer.from([0]), sign("sha256", signed, privateKey));
  const certificate = der(SEQUENCE, signed, algorithm, signature).toString("base64");
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }),
    cert: `-----BEGIN CERTIFICATE-----\n${certificate.replace(/.{64}/g, "$&\n").trimEnd()}\n-----END CERTIFICATE-----\n`,
    pin: createHash("sha256").update(spki).digest("base64"),
  };
}
