package io.weir.gateway.simulation;

import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.Time;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.TimeUnit;

/**
 * From one start of the gateway to its end. What it uses of the machine works until then; later it
 * can be closed to free memory, and changes nothing any more.
 */
final class Life {

  private final Time time;
  private final FileSystem files;
  private boolean over;
  private long afterwardsNs;

  Life(Time real, FileSystem disk) {
    time =
        new Time() {
          @Override
          public long wallNs() {
            return real.wallNs();
          }

          @Override
          public long elapsedNs() {
            afterwardsNs += over ? TimeUnit.HOURS.toNanos(1) : 0; // nobody waits in vain
            return real.elapsedNs() + afterwardsNs;
          }
        };
    InvocationHandler calls =
        (proxy, method, args) -> {
          if (over) {
            throw new IOException("the process is dead");
          }
          try {
            return method.invoke(disk, args);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        };
    files =
        (FileSystem)
            Proxy.newProxyInstance(
                FileSystem.class.getClassLoader(), new Class<?>[] {FileSystem.class}, calls);
  }

  Time time() {
    return time;
  }

  FileSystem files() {
    return files;
  }

  boolean isOver() {
    return over;
  }

  void end() {
    over = true;
  }
}
