/** Notifications as e-mail, by SMTP. */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.notify.mail;
