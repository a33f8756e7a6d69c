package io.weir.gateway.model;

/** Passes a message on as the live page reads it from the log. */
public final class MessageParts {

  private MessageParts() {}

  public static void pass(Message message, MessageReader reader) {
    MessageCodec codec = new MessageCodec();
    codec.read(codec.encode(message), reader);
  }
}
