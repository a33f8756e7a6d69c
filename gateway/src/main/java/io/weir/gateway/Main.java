package io.weir.gateway;

/** Arguments to command. */
public final class Main {

  private Main() {}

  public static void main(String[] args) {
    System.exit(0);
  }
}
