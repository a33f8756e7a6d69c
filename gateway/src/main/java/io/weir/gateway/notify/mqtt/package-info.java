/** Notifications as messages of MQTT. */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.notify.mqtt;
