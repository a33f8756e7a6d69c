/**
 * The wiring: {@code Main}, {@code Gateway}, and the small adapters between packages that do not
 * know each other. Imports every package; no package imports it.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway;
