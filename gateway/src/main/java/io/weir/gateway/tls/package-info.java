/**
 * The certificate that a server of the gateway shows: read from files, replaced without a restart,
 * and watched for its end; and the clients that it trusts, for as long as it does.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.tls;
