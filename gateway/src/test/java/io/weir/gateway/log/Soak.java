package io.weir.gateway.log;

/** Whether {@code make soak} runs the tests, with the property {@code weir.seeds}. */
public final class Soak {

  public static final boolean ON = "all".equals(System.getProperty("weir.seeds"));

  private Soak() {}

  /** How many seeds, rounds or messages: a few for each change, and all in {@code make soak}. */
  public static int count(int few, int all) {
    return ON ? all : few;
  }

  /** Of one of many operations, from 1 on. */
  public interface Check {
    void at(int operation) throws Exception;
  }

  /** Checks a few of so many operations, each as far behind the one before, or all. */
  public static void eachOf(int few, int all, Check check) {
    int every = Math.max(1, all / count(few, all));
    for (int operation = 1 + all % every; operation <= all; operation += every) {
      try {
        check.at(operation);
      } catch (Exception | AssertionError e) {
        throw new AssertionError("operation " + operation + " of " + all, e);
      }
    }
  }
}
