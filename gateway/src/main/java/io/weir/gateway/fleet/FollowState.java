package io.weir.gateway.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which bundle replaces the main file: the content of the file {@code state}, which is replaced as
 * a whole. In it the gateway is always on one version, the one before or the one after.
 *
 * @param running the bundle in use; {@code null} where the main file is
 * @param back what was in use before, and is again should the health fall
 * @param trial whether the health is still watched
 * @param restart whether parts of it need a restart, and are tried then
 * @param starts how often the gateway was started since it was taken and has not settled
 * @param highest the highest version ever taken: none below it is taken any more
 * @param refused versions that were taken back, the oldest first
 */
record FollowState(
    @Nullable Installed running,
    @Nullable Installed back,
    boolean trial,
    boolean restart,
    int starts,
    long highest,
    List<Refused> refused) {

  static final FollowState NOTHING = new FollowState(null, null, false, false, 0, 0, List.of());

  /** A version that was taken back, and why. */
  record Refused(long version, String reason) {}

  private static final String FIRST = "weir-fleet 1";
  private static final int KEPT = 20;
  private static final int LONGEST_REASON = 500;

  FollowState {
    refused = List.copyOf(refused);
  }

  /** Another bundle is in use from now on. */
  FollowState taken(Installed next) {
    // What was never found good is nothing to go back to.
    Installed good = trial || restart ? back : running;
    return new FollowState(next, good, true, false, 0, Math.max(highest, next.version()), refused);
  }

  /** It works. */
  FollowState settled(boolean needsRestart) {
    return new FollowState(running, back, false, needsRestart, 0, highest, refused);
  }

  /** The gateway starts. */
  FollowState started() {
    return trial || restart
        ? new FollowState(running, back, true, false, starts + 1, highest, refused)
        : this;
  }

  /** The gateway was stopped on purpose. */
  FollowState stopped() {
    return new FollowState(running, back, trial, restart, 0, highest, refused);
  }

  /** What was in use before is in use again. */
  FollowState wentBack(String reason) {
    List<Refused> all = new ArrayList<>(refused);
    if (running != null) {
      String line = reason.replaceAll("\\p{Cntrl}+", " ").strip();
      all.add(
          new Refused(
              running.version(),
              line.length() > LONGEST_REASON ? line.substring(0, LONGEST_REASON) : line));
    }
    return new FollowState(
        back,
        back,
        false,
        false,
        0,
        highest,
        all.subList(Math.max(0, all.size() - KEPT), all.size()));
  }

  /** Why the newest version that was ever taken is not in use; {@code null} if it is. */
  @Nullable Refused newestRefused() {
    Refused last = refused.isEmpty() ? null : refused.get(refused.size() - 1);
    long now = running == null ? 0 : running.version();
    return last != null && last.version() > now ? last : null;
  }

  // ---- Its bytes

  byte[] encode() {
    StringBuilder text = new StringBuilder(FIRST).append('\n');
    line(text, "running", running == null ? "" : running.line());
    line(text, "back", back == null ? "" : back.line());
    line(text, "trial", trial);
    line(text, "restart", restart);
    line(text, "starts", starts);
    line(text, "highest", highest);
    refused.forEach(each -> line(text, "refused", each.version() + " " + each.reason()));
    line(text, "check", Bundle.sha256(text.toString().getBytes(UTF_8)));
    return text.toString().getBytes(UTF_8);
  }

  private static void line(StringBuilder text, String key, Object value) {
    text.append(key).append(' ').append(value).append('\n');
  }

  /**
   * @throws IllegalArgumentException if these are not the bytes of a state
   */
  static FollowState decode(byte[] bytes) {
    String text = new String(bytes, UTF_8);
    int check = text.lastIndexOf("check ");
    if (!text.startsWith(FIRST + "\n")
        || check < 0
        || !text.substring(check)
            .equals("check " + Bundle.sha256(text.substring(0, check).getBytes(UTF_8)) + "\n")) {
      throw new IllegalArgumentException("it is damaged, or of a later version");
    }
    Map<String, String> values = new HashMap<>();
    List<Refused> refused = new ArrayList<>();
    for (String line : text.substring(0, check).lines().skip(1).toList()) {
      int blank = line.indexOf(' ');
      String key = line.substring(0, Math.max(0, blank));
      String value = line.substring(blank + 1);
      if (key.equals("refused")) {
        int end = value.indexOf(' ');
        refused.add(new Refused(Long.parseLong(value.substring(0, end)), value.substring(end + 1)));
      } else {
        values.put(key, value);
      }
    }
    return new FollowState(
        Installed.parse(values.getOrDefault("running", "")),
        Installed.parse(values.getOrDefault("back", "")),
        Boolean.parseBoolean(values.get("trial")),
        Boolean.parseBoolean(values.get("restart")),
        Integer.parseInt(values.getOrDefault("starts", "0")),
        Long.parseLong(values.getOrDefault("highest", "0")),
        refused);
  }
}
