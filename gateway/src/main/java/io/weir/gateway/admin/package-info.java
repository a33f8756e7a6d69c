/**
 * What is done to a running gateway: routes are reloaded, the quarantine is replayed, on a request,
 * a signal or a changed file.
 */
@NullMarked
package io.weir.gateway.admin;

import org.jspecify.annotations.NullMarked;
