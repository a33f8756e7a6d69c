package io.weir.gateway.source.listener;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.ObjectName;

/** What is still in use in this process: garbage is collected first. */
final class LiveObjects {

  private LiveObjects() {}

  /** How many objects of a class. */
  static long of(Class<?> type) throws JMException {
    String histogram =
        (String)
            ManagementFactory.getPlatformMBeanServer()
                .invoke(
                    new ObjectName("com.sun.management:type=DiagnosticCommand"),
                    "gcClassHistogram",
                    new Object[] {null},
                    new String[] {String[].class.getName()});
    return histogram
        .lines()
        .map(line -> line.trim().split("\\s+"))
        .filter(columns -> columns.length > 3 && columns[3].equals(type.getName()))
        .mapToLong(columns -> Long.parseLong(columns[1]))
        .sum();
  }
}
