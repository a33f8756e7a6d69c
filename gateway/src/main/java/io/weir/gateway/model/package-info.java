/**
 * What flows through the gateway: readings, messages, their bytes, and the few interfaces that
 * stages share because they may not import each other. Imports nothing of the gateway.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.model;
