package io.weir.gateway.api;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.weir.gateway.live.Place;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The efficiency figures of machines and lines. Times are seconds, ratios 0 to 1 and not capped;
 * {@code null} stands for what is not defined.
 *
 * @param asOf all that was received up to then is in them: now, or before while the figures catch
 *     up with what was received; {@code null} before the first reading
 * @param targetOee the OEE aimed at where no target says otherwise
 * @param plant all lines as one
 * @param sites the lines of each site as one, by name; empty where all are of one site
 * @param lines in the order of the configuration, then as they were first seen
 * @param machines by line, in the direction of flow where the configuration gives it
 * @param lateReadings readings that came too late and are in no figure
 * @param ignoredReadings readings of machines beyond the limit of one gateway
 * @param shiftLabels by the name of a shift, how people call it, by language such as {@code de}
 * @param assetLabels by the path of an asset the same; by "" a label of every language
 */
public record EfficiencyResponse(
    @Nullable Instant asOf,
    double targetOee,
    Plant plant,
    List<Site> sites,
    List<Line> lines,
    List<Machine> machines,
    long lateReadings,
    long ignoredReadings,
    Map<String, Map<String, String>> shiftLabels,
    Map<String, Map<String, String>> assetLabels) {

  /**
   * All lines as one: times and pieces are their sums, ratios are made of sums. Lines with other
   * shifts count with the one that overlaps the newest; name is then each of them, start the first
   * and end the last. Quality is weighted with ideal cycles, so that OEE stays the product of its
   * factors.
   *
   * @param shift the current shift, {@code null} where there are no lines
   * @param last the shift before
   */
  public record Plant(@Nullable Shift shift, @Nullable Shift last) {}

  /** Of one site. */
  public EfficiencyResponse(
      @Nullable Instant asOf,
      double targetOee,
      Plant plant,
      List<Line> lines,
      List<Machine> machines,
      long lateReadings,
      long ignoredReadings,
      Map<String, Map<String, String>> shiftLabels,
      Map<String, Map<String, String>> assetLabels) {
    this(
        asOf,
        targetOee,
        plant,
        List.of(),
        lines,
        machines,
        lateReadings,
        ignoredReadings,
        shiftLabels,
        assetLabels);
  }

  /**
   * The lines of a site as one, as {@link Plant} has all of them.
   *
   * @param shift the current shift
   * @param last the shift before
   */
  public record Site(String name, @Nullable Shift shift, @Nullable Shift last) {}

  /**
   * A line in the current shift.
   *
   * @param place of the line
   * @param last the shift before
   */
  public record Line(@JsonUnwrapped Place place, Shift shift, @Nullable Shift last) {}

  /**
   * A machine.
   *
   * @param place of the machine
   * @param seen its newest reading; {@code null} where none came and the configuration names it
   * @param asOf for which instant the rest holds: now, or hours ago while a backlog is read
   * @param state what it does then, in the word of the stores, such as {@code micro_stop}
   * @param reason why, "" if unknown
   * @param since when it began to
   * @param product what it makes, "" if unknown
   * @param shift the current shift
   * @param last the shift before
   */
  public record Machine(
      @JsonUnwrapped Place place,
      @Nullable Instant seen,
      Instant asOf,
      String state,
      String reason,
      Instant since,
      String product,
      Shift shift,
      @Nullable Shift last,
      long lateReadings) {}

  /**
   * The figures of one shift so far.
   *
   * @param basis machine, bottleneck (times of the bottleneck, pieces of the output), sum (an
   *     average of machines, without pieces) or plant (sums of lines, with their pieces)
   * @param knownSeconds planned busy time with a known state; sums over shifts and lines add up
   *     this and the ideal times
   * @param stock good pieces of a line that were made while its bottleneck stood still
   * @param coverage its part of planned busy time: below 0.9 figures are doubtful, below 0.5 they
   *     should not be shown
   * @param nee as OEE, but setup is not a loss
   * @param teep as OEE, over all time of the shift, breaks included
   * @param mtbfSeconds running time without setup for each failure
   * @param mttrSeconds repair time for each failure
   * @param targetOee the OEE that this shift aims at: the most specific of the targets that hold on
   *     its date
   * @param plan the good pieces that the known time so far gives at the target OEE, with the mean
   *     ideal cycle of the pieces made: good / plan = OEE / target
   * @param members machines in the sums, of those expected
   */
  public record Shift(
      String name,
      Instant start,
      Instant end,
      String basis,
      double plannedBusySeconds,
      double knownSeconds,
      double runSeconds,
      @Nullable Double idealTotalSeconds,
      @Nullable Double idealGoodSeconds,
      @Nullable Double total,
      @Nullable Double good,
      @Nullable Double scrap,
      @Nullable Double stock,
      long failures,
      @Nullable Double availability,
      @Nullable Double effectiveness,
      @Nullable Double quality,
      @Nullable Double oee,
      @Nullable Double coverage,
      @Nullable Double nee,
      @Nullable Double teep,
      @Nullable Double mtbfSeconds,
      @Nullable Double mttrSeconds,
      double targetOee,
      @Nullable Double plan,
      int members,
      int expected,
      Losses losses) {}

  /**
   * Where the planned busy time went.
   *
   * @param unknownSeconds time with an unknown state
   * @param stops time of each state that made nothing, the largest first
   * @param speedSeconds lost by running slower than the ideal cycle; negative where faster
   * @param qualitySeconds ideal time of pieces that are not good
   */
  public record Losses(
      double unknownSeconds,
      List<Stop> stops,
      @Nullable Double speedSeconds,
      @Nullable Double qualitySeconds) {}

  /** Seconds spent in a state. */
  public record Stop(String state, double seconds) {}
}
