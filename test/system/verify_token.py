"""Verifies an access token as a service in Python would. Prints its subject and how the user has signed in."""
import json
import sys
import urllib.request

import jwt

key_set_url, issuer, audience = sys.argv[1:]
token = sys.stdin.read().strip()
with urllib.request.urlopen(key_set_url) as answer:
    keys = {key["kid"]: jwt.PyJWK(key) for key in json.load(answer)["keys"]}
header = jwt.get_unverified_header(token)
assert header["typ"] == "at+jwt", header
claims = jwt.decode(token, keys[header["kid"]].key, algorithms=["ES256"], issuer=issuer, audience=audience)
try:
    jwt.decode(token, keys[header["kid"]].key, algorithms=["ES256"], issuer=issuer, audience="another")
    sys.exit("a token for another audience was accepted")
except jwt.InvalidAudienceError:
    pass
print(claims["sub"], ",".join(claims["amr"]))
