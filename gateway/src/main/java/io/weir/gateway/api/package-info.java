/**
 * The HTTP API: views of the gateway's parts, the records that become JSON, and the routes that
 * serve them. Reads every part and changes none.
 */
@NullMarked
package io.weir.gateway.api;

import org.jspecify.annotations.NullMarked;
