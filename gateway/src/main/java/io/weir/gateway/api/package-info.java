/**
 * What the gateway answers: views of its parts, the records that become JSON, and the routes that
 * serve them. Reads every part and changes none.
 */
@NullMarked
package io.weir.gateway.api;

import org.jspecify.annotations.NullMarked;
