// Passkeys (WebAuthn): what the page marks with data-passkey is shown where the browser can do it.

const encode = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const decode = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

const ways = {
  "sign-in": { options: "/login/passkey/options", end: "/login/passkey", run: get },
  confirm: { options: "/login/passkey/options", end: "/confirm/passkey", run: get },
  register: { options: "/account/passkey/options", end: "/account/passkey", run: create },
};

export function offerPasskeys() {
  if (!globalThis.PublicKeyCredential) return;
  for (const place of document.querySelectorAll("[data-passkey]")) {
    for (let shown = place; shown; shown = shown.parentElement) shown.hidden = false;
    const [trigger, event] = place.tagName === "FORM" ? [place, "submit"] : [place.querySelector("button"), "click"];
    trigger.addEventListener(event, (happened) => {
      happened.preventDefault();
      walk(place, ways[place.dataset.passkey]);
    });
  }
  for (const place of document.querySelectorAll("[data-without-passkeys]")) place.hidden = true;
}

async function walk(place, { options, end, run }) {
  const told = place.querySelector("[role=alert]");
  told.textContent = "";
  try {
    const credential = await run(await post(place, options, {}));
    const label = place.querySelector("[name=label]");
    await post(place, end, label ? { ...credential, label: label.value } : credential);
    location.assign(place.dataset.next);
  } catch (error) {
    told.textContent = error instanceof Refusal ? error.message : place.dataset.failed;
  }
}

class Refusal extends Error {}

async function post(place, address, value) {
  const headers = { Accept: "application/json", "Content-Type": "application/json" };
  if (place.dataset.csrf) headers["X-CSRF-Token"] = place.dataset.csrf;
  const answer = await fetch(address, { method: "POST", headers, body: JSON.stringify(value) });
  if (answer.redirected) throw new Error("the session is over, or must be confirmed again");
  const told = await answer.json();
  if (!answer.ok) throw new Refusal(told.error);
  return told;
}

async function get(options) {
  const credential = await navigator.credentials.get({
    publicKey: { ...options, challenge: decode(options.challenge), allowCredentials: [] },
  });
  const { authenticatorData, clientDataJSON, signature, userHandle } = credential.response;
  return {
    ...common(credential),
    response: {
      authenticatorData: encode(authenticatorData),
      clientDataJSON: encode(clientDataJSON),
      signature: encode(signature),
      userHandle: userHandle ? encode(userHandle) : null,
    },
  };
}

async function create(options) {
  const credential = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: decode(options.challenge),
      user: { ...options.user, id: decode(options.user.id) },
      excludeCredentials: options.excludeCredentials.map((known) => ({ ...known, id: decode(known.id) })),
    },
  });
  const { attestationObject, clientDataJSON } = credential.response;
  return {
    ...common(credential),
    response: { attestationObject: encode(attestationObject), clientDataJSON: encode(clientDataJSON) },
  };
}

function common({ id, rawId, type }) {
  return { id, rawId: encode(rawId), type, clientExtensionResults: {} };
}
