package io.weir.gateway.sink;

/**
 * Which of a row of lines is written next, where some of them may be bad and the store does not say
 * which. Lines are numbered from 0 and are done in order; the trial is the part written at once.
 *
 * <p>A trial that holds a bad line is halved until that line stands alone. How many lines the next
 * trial takes depends on how many of the lines before were bad: many where few were, one where half
 * of them were. So a single bad line costs about the logarithm of the lines in writes, and a batch
 * of bad lines hardly more writes than it has lines.
 *
 * <p>Does no I/O. Belongs to the drain's thread.
 */
final class Trial {

  /** The share of bad lines is taken from about this many lines before. */
  private static final int WINDOW = 128;

  private int lines;
  private int from;
  private int to;

  /** There is a bad line from {@code from} up to here, not included; at {@code from} if none is. */
  private int badBefore;

  /** No more lines at once. Less where a store found so many too large. */
  private int most;

  private int tested;
  private int bad;

  /**
   * @param most lines of one write at most
   */
  Trial(int lines, int most) {
    this.lines = lines;
    this.most = most;
    next();
  }

  boolean isDone() {
    return from == lines;
  }

  /** The first line of the trial. */
  int from() {
    return from;
  }

  /** The end of the trial, not included. */
  int to() {
    return to;
  }

  int length() {
    return to - from;
  }

  /** Whether a bad line is known to be there, and is searched. */
  boolean isSearching() {
    return badBefore > from;
  }

  /** The lines of the trial are done. */
  void passed() {
    note(length(), 0);
    from = to;
    next();
  }

  /** One line of the trial is bad: a half is tried next. For a trial of several lines. */
  void halve() {
    badBefore = to;
    to = from + length() / 2;
  }

  /**
   * The first lines of the trial are tried next, as they are probably bad.
   *
   * @param isBadKnown whether a bad line is known to be in the trial
   */
  void tryFirst(int count, boolean isBadKnown) {
    badBefore = isBadKnown ? to : badBefore;
    to = from + Math.min(count, length());
  }

  /** All that is bad is found: the lines behind the trial are written at once. */
  void foundAll() {
    badBefore = from;
  }

  /** The trial is too large for one write. For a trial of several lines. */
  void tooLarge() {
    most = length() / 2;
    to = from + most;
  }

  /** The only line of the trial is bad, and done. */
  void foundBad() {
    note(1, 1);
    from++;
    next();
  }

  /**
   * Bad lines were taken out of the trial, and the others are not done. These are numbered from 0
   * again.
   *
   * @param count how many were taken out
   * @param before lines of the trial in front of the first of them, which are tried next
   */
  void tookOut(int count, int before) {
    note(count, count);
    lines -= from + count;
    from = 0;
    badBefore = 0;
    if (before > 0) {
      to = from + before;
    } else {
      next();
    }
  }

  /** Begins with these lines instead of those that are not done, numbered from 0 again. */
  void startAgain(int linesNow) {
    lines = linesNow;
    from = 0;
    badBefore = 0;
    next();
  }

  private void next() {
    badBefore = Math.max(badBefore, from);
    int suspects = badBefore - from;
    int count = suspects == 0 ? lines - from : Math.max(1, suspects / 2);
    if (suspects == 0 && bad > 0) {
      count = Math.min(count, Math.max(1, tested / (2 * bad)));
    }
    to = from + Math.min(count, most);
  }

  private void note(int count, int badOnes) {
    tested += count;
    bad += badOnes;
    while (tested > WINDOW) {
      tested /= 2;
      bad /= 2;
    }
  }
}
