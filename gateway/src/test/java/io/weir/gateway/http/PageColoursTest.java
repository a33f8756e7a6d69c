package io.weir.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The colours of the live page, computed from the variables of its style sheet. */
class PageColoursTest {

  private static final List<String> STATES =
      List.of(
          "running", "micro", "down", "setup", "waiting", "starved", "blocked", "planned",
          "unknown");

  /** Distance in Oklab that two colours side by side must have; about 0.02 can just be seen. */
  private static final double APART = 0.1;

  /**
   * What is left of a colour in linear RGB, by kind of eye. Source: Machado, Oliveira, Fernandes
   * 2009, "A Physiologically-based Model for Simulation of Color Vision Deficiency", severity 1.
   */
  private static final Map<String, double[]> EYES =
      Map.of(
          "all colours",
          new double[] {1, 0, 0, 0, 1, 0, 0, 0, 1},
          "no red",
          new double[] {
            0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116,
            1.051998
          },
          "no green",
          new double[] {
            0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940,
            0.968881
          },
          "no blue",
          new double[] {
            1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367,
            0.303900
          });

  /** The variables of both themes: what the light one does not name it has from the dark one. */
  private static Map<String, Map<String, String>> themes() throws Exception {
    String css = Files.readString(Path.of("page/src/page.css"));
    Matcher roots = Pattern.compile(":root \\{([^}]*)\\}").matcher(css);
    assertThat(roots.find()).isTrue();
    Map<String, String> dark = variables(roots.group(1));
    assertThat(roots.find()).isTrue();
    Map<String, String> light = new HashMap<>(dark);
    light.putAll(variables(roots.group(1)));
    return Map.of("dark", dark, "light", light);
  }

  private static Map<String, String> variables(String block) {
    Map<String, String> found = new HashMap<>();
    Matcher variable = Pattern.compile("--([a-z-]+): (#[0-9a-f]{6});").matcher(block);
    while (variable.find()) {
      found.put(variable.group(1), variable.group(2));
    }
    return found;
  }

  /** Linear red, green and blue, 0 to 1. */
  private static double[] linear(String hex) {
    double[] rgb = new double[3];
    for (int i = 0; i < 3; i++) {
      double v = Integer.parseInt(hex.substring(1 + 2 * i, 3 + 2 * i), 16) / 255.0;
      rgb[i] = v <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4);
    }
    return rgb;
  }

  private static double[] times(double[] matrix, double[] v) {
    double[] product = new double[3];
    for (int i = 0; i < 3; i++) {
      product[i] = matrix[3 * i] * v[0] + matrix[3 * i + 1] * v[1] + matrix[3 * i + 2] * v[2];
    }
    return product;
  }

  /** Source: B. Ottosson 2020, "A perceptual color space for image processing". */
  private static double[] oklab(double[] linear) {
    double[] cones =
        times(
            new double[] {
              0.4122214708,
              0.5363325363,
              0.0514459929,
              0.2119034982,
              0.6806995451,
              0.1073969566,
              0.0883024619,
              0.2817188376,
              0.6299787005
            },
            linear);
    for (int i = 0; i < 3; i++) {
      cones[i] = Math.cbrt(Math.max(0, cones[i]));
    }
    return times(
        new double[] {
          0.2104542553,
          0.7936177850,
          -0.0040720468,
          1.9779984951,
          -2.4285922050,
          0.4505937099,
          0.0259040371,
          0.7827717662,
          -0.8086757660
        },
        cones);
  }

  private static double distance(String one, String other, double[] eye) {
    double[] a = oklab(times(eye, linear(one)));
    double[] b = oklab(times(eye, linear(other)));
    return Math.hypot(Math.hypot(a[0] - b[0], a[1] - b[1]), a[2] - b[2]);
  }

  /** Source: WCAG 2.2, contrast ratio. */
  private static double contrast(String one, String other) {
    double a = luminance(linear(one));
    double b = luminance(linear(other));
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  }

  private static double luminance(double[] rgb) {
    return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2];
  }

  @Test
  void statesStayApartForEveryEyeInBothThemes() throws Exception {
    for (Map.Entry<String, Map<String, String>> theme : themes().entrySet()) {
      for (Map.Entry<String, double[]> eye : EYES.entrySet()) {
        for (int i = 0; i < STATES.size(); i++) {
          for (int j = 0; j < i; j++) {
            assertThat(
                    distance(
                        theme.getValue().get(STATES.get(i)),
                        theme.getValue().get(STATES.get(j)),
                        eye.getValue()))
                .as("%s, %s: %s and %s", theme.getKey(), eye.getKey(), STATES.get(i), STATES.get(j))
                .isGreaterThan(APART);
          }
        }
      }
    }
  }

  @Test
  void textCanBeReadOnEveryGround() throws Exception {
    for (Map.Entry<String, Map<String, String>> theme : themes().entrySet()) {
      Map<String, String> colours = theme.getValue();
      for (String ground : List.of("bg", "panel", "raised")) {
        for (String text :
            List.of(
                "ink", "quiet", "running", "micro", "down", "setup", "waiting", "starved",
                "blocked", "unknown")) {
          String colour = colours.getOrDefault(text + "-text", colours.get(text));
          assertThat(contrast(colour, colours.get(ground)))
              .as("%s: %s on %s", theme.getKey(), text, ground)
              .isGreaterThan(4.5);
        }
      }
    }
  }
}
