package io.weir.gateway.log;

/** Whether {@code make soak} runs the tests, with the property {@code weir.seeds}. */
public final class Soak {

  public static final boolean ON = "all".equals(System.getProperty("weir.seeds"));

  private Soak() {}

  /** How many seeds, rounds or messages: a few for each change, and all in {@code make soak}. */
  public static int count(int few, int all) {
    return ON ? all : few;
  }
}
