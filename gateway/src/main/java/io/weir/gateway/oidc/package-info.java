/**
 * Asks a provider of OpenID Connect who somebody is: authorization code flow with PKCE. Knows no
 * route and no session.
 *
 * <p>Promises: of all that a provider answers nothing is believed but what is signed by one of its
 * own keys, with an algorithm that is allowed, for this client and for the login that was begun in
 * this browser. Each request ends within a time, and no answer takes more than a bounded memory.
 * Nothing is kept for a login that is under way, so nobody can fill anything by beginning many.
 *
 * <p>All requests wait for the network: no event loop may make one.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.oidc;
