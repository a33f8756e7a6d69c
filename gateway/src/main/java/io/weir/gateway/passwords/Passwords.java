package io.weir.gateway.passwords;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.text.Normalizer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.security.crypto.bcrypt.BCrypt;

/**
 * Passwords and their hashes by bcrypt, which takes time and hardly any memory: logins can then not
 * fill the heap of a small gateway.
 */
public final class Passwords {

  /** Two to this power rounds: some tenths of a second on a small machine. */
  private static final int COST = 11;

  private static final int LEAST_COST = 10;

  /** Of a device, whose password is long and random: some milliseconds on a small machine. */
  public static final int DEVICE_COST = 6;

  /** As few as bcrypt knows. */
  private static final int LEAST_DEVICE_COST = 4;

  /** A hash of a higher cost would hold up every other login. */
  private static final int MOST_COST = 14;

  private static final Pattern HASH = Pattern.compile("\\$2[aby]\\$(\\d\\d)\\$[./A-Za-z0-9]{53}");

  private static final int LEAST_CHARACTERS = 10;

  /** Bcrypt looks at no more. */
  private static final int MOST_BYTES = 72;

  private Passwords() {}

  /**
   * The hash of a new password.
   *
   * @throws IllegalArgumentException if it is too short or too long
   */
  public static String hash(String password) {
    return hash(password, COST);
  }

  /**
   * The same with another number of rounds.
   *
   * @param cost two to this power
   */
  public static String hash(String password, int cost) {
    byte[] bytes = bytes(password);
    if (password.codePointCount(0, password.length()) < LEAST_CHARACTERS) {
      throw new IllegalArgumentException(
          "a password has at least " + LEAST_CHARACTERS + " characters");
    }
    if (bytes.length > MOST_BYTES) {
      throw new IllegalArgumentException("a password has at most " + MOST_BYTES + " bytes");
    }
    return BCrypt.hashpw(bytes, BCrypt.gensalt(cost));
  }

  /** Whether a text is a hash of a person's password, that can be compared with in bounded time. */
  public static boolean isHash(String text) {
    return isHash(text, LEAST_COST);
  }

  /** The same for a device, whose password is long and random, so that few rounds are enough. */
  public static boolean isDeviceHash(String text) {
    return isHash(text, LEAST_DEVICE_COST);
  }

  /** Whether a device's password may be hashed with this cost. */
  public static boolean isDeviceCost(int cost) {
    return cost >= LEAST_DEVICE_COST && cost <= MOST_COST;
  }

  private static boolean isHash(String text, int leastCost) {
    Matcher matcher = HASH.matcher(text);
    if (!matcher.matches()) {
      return false;
    }
    int cost = Integer.parseInt(matcher.group(1));
    return cost >= leastCost && cost <= MOST_COST;
  }

  /** Whether a password is that of a hash. Takes as long for a wrong one. */
  public static boolean matches(String password, String hash) {
    byte[] bytes = bytes(password);
    boolean fits = bytes.length <= MOST_BYTES;
    return BCrypt.checkpw(fits ? bytes : new byte[0], hash) && fits;
  }

  /** The same text, whichever keyboard composed its letters. */
  private static byte[] bytes(String password) {
    return Normalizer.normalize(password, Normalizer.Form.NFC).getBytes(UTF_8);
  }
}
