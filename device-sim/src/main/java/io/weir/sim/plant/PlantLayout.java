package io.weir.sim.plant;

import java.util.List;

/**
 * The layout of the plant: {@code lines} lines of {@code machinesPerLine} machines in a row, two
 * lines in an area. Machines are numbered through the plant: press-01, robot-02, paint-03, pack-04,
 * press-05 and so on. The last machine of a line packs.
 *
 * @param site the level after {@code factory} in every topic
 * @param lines 1 to 100
 * @param machinesPerLine 1 to 100
 */
public record PlantLayout(String site, int lines, int machinesPerLine) {

  private static final List<String> AREAS = List.of("press-shop", "assembly", "finishing");
  private static final int LINES_PER_AREA = 2;

  private static final int LONGEST_SITE = 100;

  public PlantLayout {
    requireSite(site);
    if (lines < 1 || lines > 100) {
      throw new IllegalArgumentException("a plant has 1 to 100 lines, not " + lines);
    }
    if (machinesPerLine < 1 || machinesPerLine > 100) {
      throw new IllegalArgumentException("a line has 1 to 100 machines, not " + machinesPerLine);
    }
  }

  /**
   * Checks that a site can be a topic level.
   *
   * @throws IllegalArgumentException if it cannot
   */
  public static void requireSite(String site) {
    boolean oneLevel =
        site.chars().noneMatch(c -> "/+#".indexOf(c) >= 0 || Character.isISOControl(c));
    if (site.isBlank() || site.length() > LONGEST_SITE || !oneLevel) {
      throw new IllegalArgumentException(
          "a site is one level of a topic, 1 to %d characters without / + or #, not \"%s\""
              .formatted(LONGEST_SITE, site));
    }
  }

  /** The path of a machine. Both indices start at 0. */
  MachinePath path(int line, int position) {
    int areaIndex = line / LINES_PER_AREA;
    String area = AREAS.get(areaIndex % AREAS.size());
    int round = areaIndex / AREAS.size();
    int number = line * machinesPerLine + position + 1;
    return new MachinePath(
        site,
        round == 0 ? area : area + "-" + (round + 1),
        "line-" + (line + 1),
        "%s-%02d".formatted(model(position).prefix(), number));
  }

  /** The first product of a line. The index starts at 0. */
  String product(int line) {
    return "P" + (line + 1);
  }

  MachineModel model(int position) {
    if (position == machinesPerLine - 1) {
      return MachineModel.PACK;
    }
    List<MachineModel> before = List.of(MachineModel.PRESS, MachineModel.ROBOT, MachineModel.PAINT);
    return before.get(position % before.size());
  }
}
