// A certified provider of OpenID Connect, for one client; anyone may log in, with any password.

import Provider from "oidc-provider";

const [port, redirect] = process.argv.slice(2);

/** @type {Record<string, string[]>} */
const groups = { anna: ["staff", "shift-leaders"] };

new Provider(`http://localhost:${port}`, {
  clients: [{
    client_id: "weir",
    client_secret: "s e:cret",
    redirect_uris: [redirect],
    post_logout_redirect_uris: [new URL("/", redirect).href],
  }],
  claims: { openid: ["sub"], profile: ["preferred_username", "groups"] },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, preferred_username: id, groups: groups[id] ?? [] }),
  }),
  pkce: { required: () => true },
  cookies: { keys: ["of-a-test"] },
}).listen(Number(port), "127.0.0.1");
