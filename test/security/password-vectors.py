"""Writes password-vectors.json: hashes as Kuzzle's local plugin stores them, made by Python's hashlib and not by Node.

Run: python3 test/security/password-vectors.py > test/security/password-vectors.json
"""

import base64
import hashlib
import hmac
import json

PASSWORD = "pässword 密码 🔑"
SALT = "".join(f"{(i * 37 + 11) % 256:02x}" for i in range(128))
KEY_BYTES = {"sha1": 40, "sha224": 224, "sha256": 256, "sha384": 384, "sha512": 512}
WAYS = [(True, "hmac", SALT), (False, "hmac", SALT), (False, "hash", SALT), (False, "hash", "")]


def key(algorithm, stretching, encryption, salt):
    password = PASSWORD.encode()
    if stretching:
        return hashlib.pbkdf2_hmac(algorithm, password, salt.encode(), 10000, KEY_BYTES[algorithm])
    if encryption == "hmac":
        return hmac.new(salt.encode(), password, algorithm).digest()
    text = f"{salt}:{PASSWORD}".encode() if salt else password
    return hashlib.new(algorithm, text).digest()


def digested(raw):
    standard = base64.b64encode(raw).decode()
    return {"hex": raw.hex(), "base64": standard}


vectors = []
for algorithm in KEY_BYTES:
    for stretching, encryption, salt in WAYS:
        for digest, text in digested(key(algorithm, stretching, encryption, salt)).items():
            vectors.append(
                {
                    "digest": digest,
                    "record": {
                        "userPassword": text,
                        "userSalt": salt,
                        "algorithm": algorithm,
                        "stretching": stretching,
                        "pepper": False,
                        "encryption": encryption,
                    },
                }
            )

scrypt = {
    "userPassword": hashlib.scrypt(
        PASSWORD.encode(), salt=bytes(range(16)), n=2**14, r=8, p=5, maxmem=2**26, dklen=32
    ).hex(),
    "userSalt": bytes(range(16)).hex(),
    "algorithm": "scrypt",
    "stretching": True,
    "pepper": False,
    "encryption": None,
    "scrypt": {"N": 2**14, "r": 8, "p": 5},
}
print(json.dumps({"password": PASSWORD, "kuzzle": vectors, "scrypt": scrypt}, indent="\t", ensure_ascii=False))
