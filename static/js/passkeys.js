// Passkeys: asks the browser to make one or to answer with one, and sends what it says with the form.
// A form that brings no options with it fetches them: nobody has said who they are yet.

const able =
  window.isSecureContext &&
  window.PublicKeyCredential?.parseCreationOptionsFromJSON &&
  !/^[\d.]+$|:/.test(location.hostname); // a passkey belongs to a name, not to a number

async function options(form) {
  const given = form.querySelector("script[type='application/json']");
  if (given) return JSON.parse(given.textContent);
  const answer = await fetch(form.action, { headers: { accept: "application/json" } });
  return (await answer.json()).request_options;
}

async function create(asked) {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON({
    ...asked,
    authenticatorSelection: {
      ...asked.authenticatorSelection,
      residentKey: "required",
      requireResidentKey: true,
      userVerification: "required",
    },
  });
  return navigator.credentials.create({ publicKey });
}

async function get(asked) {
  return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(asked) });
}

async function answer(form) {
  const given = await options(form);
  const asked = (given.creation_options ?? given.request_options ?? given).publicKey;
  const credential = await (form.dataset.passkey === "create" ? create(asked) : get(asked));
  form.elements.credential.value = JSON.stringify(credential.toJSON());
  form.submit();
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const failed = form.querySelector("[data-passkey-failed]");
  form.querySelector("button").hidden = !able;
  for (const part of form.closest("section")?.querySelectorAll("[data-passkey-unable]") ?? []) part.hidden = able;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    failed.hidden = true;
    answer(form).catch(() => { failed.hidden = false; });
  });
}
